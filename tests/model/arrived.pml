/* One tree, wanted by two toolchains: fetched once, moved or linked, never lost, never kept for nobody.
 *
 *   arrived            arrived/<tree>: unpacked and verified, in no generation yet
 *   st[t]              what t's state says of the component: NOT there, PENDING (its files are still in
 *                      arrived/), LISTED; PARTIAL: it leaves, or is being added
 *   place[t]           where t's current generation is: 0 its home, 1 away
 *   files[AT(t,place)] the component's files are in the generation there
 *   unpX, tX           unpack, toolchain, exclusive;  pinS, pinX   pin: an installer, the collector
 *   useS/X, dirS/X     use of the component, directory: shared who links from there; exclusive who takes out, retires
 *
 * -DDOCS: the component is documentation, which no proxy holds and which comes as one folder after `settle` was tried.
 * -DTAKE: toolchain 0 loses the component again meanwhile; then it may be fetched twice. -DAWAY: 0 begins away.
 *
 * -DSTOPS: an installer stops for ever, anywhere; the others wait for its `pin`, `unpack` and `toolchain` only.
 *
 * Checked: unpacked once where nobody is killed; what is linked is there, and what is listed has its files; nobody
 * waits for ever, nor runs in circles for a range (in searches for cycles); in the end nothing is in arrived/ or
 * staging, nothing is pending, and no generation has files that its state does not list.
 *
 * Weakenings, each of which `run` refutes:
 *   MOVE_UNHELD      a tree is moved out of arrived/ without `unpack`
 *   LINK_UNHELD      a tree is linked out of a directory without `use`
 *   LINK_UNPINNED    … without `directory`
 *   COLLECT_NO_PIN   arrived/ is emptied without `pin`
 *   COLLECT_IN_PLACE what is collected is deleted where it lies, file by file
 *   COLLECT_PENDING  … though a state says that it waits for what is there
 *   MOVE_PENDING     an installer moves what another state waits for, in place of linking it
 *   PENDING_UNHELD   a state says "pending" without `unpack`
 *   CLONE_FIRST      a home is settled before a killed command's move out of arrived/ is completed
 *   FORGET_PENDING   what was pending and is removed does not become partial
 *   LOOK_ONCE        who finds that the other's state has moved takes it for "nowhere", and does not look again
 *   SPIN             who finds `unpack` taken at its commit plans again at once, and does not wait for it first
 */
#ifndef KILLS
#define KILLS 0
#endif
#define BIT(a) (1<<(a))
#define AT(t,place) ((t)*2+(place))
#define HERE(t) AT(t, place[t])
#define NOT 0
#define PENDING 1
#define LISTED 2
#define PARTIAL 3

bool arrived, files[4], staged[2];
#ifdef COLLECT_IN_PLACE
bool torn;                                      /* some of its files are gone */
#define WHOLE assert(!torn)
#else
#define WHOLE
#endif
byte st[2], place[2];
byte unpX, pinS, pinX, tX[2], useS[4], useX[4], dirS[4], dirX[4];
byte unpacked, gone, halted;
hidden byte z;

inline unlink_held(me) { z = 0; do :: z < 4 -> useS[z] = useS[z] & ~(me); dirS[z] = dirS[z] & ~(me); z++ :: else -> break od; z = 0 }
inline release(me) {
	d_step {
		pinS = pinS & ~(me);
		if :: unpX == me -> unpX = 0 :: else fi;
		if :: pinX == me -> pinX = 0 :: else fi;
		if :: tX[0] == me -> tX[0] = 0 :: else fi;
		if :: tX[1] == me -> tX[1] = 0 :: else fi;
		unlink_held(me);
		z = 0; do :: z < 4 -> if :: useX[z] == me -> useX[z] = 0 :: else fi; if :: dirX[z] == me -> dirX[z] = 0 :: else fi; z++ :: else -> break od;
		z = 0
	}
}

#ifdef LINK_UNPINNED
#define FREE_DIRECTORY true
#define HOLD_DIRECTORY
#else
#define FREE_DIRECTORY dirX[HERE(1-t)] == 0
#define HOLD_DIRECTORY dirS[from] = dirS[from] | me;
#endif
#ifdef LINK_UNHELD
#define FREE_USE true
#define HOLD_USE
#else
#define FREE_USE useX[HERE(1-t)] == 0
#define HOLD_USE useS[from] = useS[from] | me;
#endif

/* how = 1: linked from the other toolchain's generation, held until the commit; 2: in arrived/; 0: nowhere. = find_supply */
inline find_supply() {
	do
	:: atomic { st[1-t] == LISTED && FREE_DIRECTORY && FREE_USE -> from = HERE(1-t); HOLD_DIRECTORY HOLD_USE skip };
		if
		:: d_step { st[1-t] == LISTED && from == HERE(1-t) -> how = 1 }; break
		:: atomic { !(st[1-t] == LISTED && from == HERE(1-t)) -> unlink_held(me);
#ifdef LOOK_ONCE
			how = (arrived -> 2 : 0); break
#endif
		}
		fi
	:: atomic { st[1-t] == LISTED && !(FREE_DIRECTORY && FREE_USE) -> assert(false) }       /* what a state names is free to share */
	:: atomic { st[1-t] != LISTED -> how = (arrived -> 2 : 0); break }
	od
}

#ifdef MOVE_PENDING
#define WANTED(t) false
#else
#define WANTED(t) (st[1-(t)] == PENDING)
#endif

/* Out of arrived/ into t's current generation, with `toolchain` and `unpack` held. */
inline come_in(t) {
	if
	:: d_step { arrived && WANTED(t) -> WHOLE; files[HERE(t)] = true }              /* linked: another waits for it, too */
	:: d_step { arrived && !WANTED(t) -> WHOLE; arrived = false; files[HERE(t)] = true }    /* one rename */
	:: else                                                                         /* a killed one's has come */
	fi;
	d_step { assert(files[HERE(t)]); st[t] = LISTED }
}

/* Each step tries `toolchain`. The first is "complete": a killed command's move. = clean_up */
inline complete(t) {
	if
	:: atomic { st[t] == PENDING && tX[t] == 0 && unpX == 0 -> tX[t] = me; unpX = me };
		if :: st[t] == PENDING -> come_in(t) :: else fi;
		d_step { unpX = 0; tX[t] = 0 }
	:: else
	fi
}
inline take_out(t) {                                                                    /* = take_out */
	if
	:: atomic { st[t] == PARTIAL && tX[t] == 0 && useS[HERE(t)] == 0 -> tX[t] = me; useX[HERE(t)] = me };
		files[HERE(t)] = false;
		d_step { st[t] = NOT; useX[HERE(t)] = 0; tX[t] = 0 }
	:: else
	fi
}
/* The clone takes what is listed; the one away is retired. Who is in the home keeps it, sometimes. */
inline settle_held(t) {                                                                 /* = settle, retire */
	if
	:: place[t] == 1 ->
#ifndef CLONE_FIRST
		if :: st[t] == PENDING && !arrived -> st[t] = LISTED :: else fi;
#endif
		d_step { assert(st[t] != LISTED || files[AT(t,1)]); files[AT(t,0)] = (st[t] == LISTED) };
		d_step { if :: st[t] == PARTIAL -> st[t] = NOT :: else fi; place[t] = 0 };
	:: true
	fi
}
inline settle(t) {
	if
	:: atomic { place[t] == 1 && tX[t] == 0 -> tX[t] = me };
		settle_held(t);
		tX[t] = 0
	:: else
	fi;
	if
	:: atomic { place[t] == 0 && tX[t] == 0 && files[AT(t,1)] && dirS[AT(t,1)] == 0 -> tX[t] = me; dirX[AT(t,1)] = me };
		d_step { assert(place[t] == 0); files[AT(t,1)] = false };
		d_step { dirX[AT(t,1)] = 0; tX[t] = 0 }
	:: else
	fi
}
#ifdef COLLECT_PENDING
#define AWAITED false
#else
#define AWAITED (st[0] == PENDING || st[1] == PENDING)
#endif
inline collect() {                                                                      /* = collect */
	if
#ifdef COLLECT_NO_PIN
	:: atomic { unpX == 0 -> unpX = me };
		if :: d_step { !AWAITED -> arrived = false } :: else fi;
		unpX = 0
#else
	:: atomic { pinS == 0 && pinX == 0 -> pinX = me };
		if
		:: atomic { unpX == 0 -> unpX = me };
#ifdef COLLECT_IN_PLACE
			if :: d_step { !AWAITED && arrived -> torn = true } :: else fi;
			if :: d_step { !AWAITED -> torn = false; arrived = false; staged[0] = false; staged[1] = false } :: else fi;
#else
			if :: d_step { !AWAITED -> arrived = false; staged[0] = false; staged[1] = false } :: else fi;  /* = discard_arrived */
#endif
			unpX = 0
		:: else
		fi;
		pinX = 0
#endif
	:: else
	fi
}
inline clean_up(t) { complete(t); take_out(t); settle(t); collect() }

#ifdef STOPS
#define DEATH halted & me; gone & me
#define GIVES_UP(range) :: atomic { (range & halted) -> how = 0; goto over }
#else
#define DEATH gone & me
#define GIVES_UP(range)
#endif

/* = Materialising::unpack, then ChangeInPlace::bring (or make_generation: a tree comes in the same way) */
proctype Install(byte t) {
	byte me = BIT(t), how, from;
	{
		true;
again:		if
		:: atomic { pinX == 0 -> pinS = pinS | me }
		GIVES_UP(pinX)
		fi;
		find_supply();
		if
		:: how == 0 ->
			if
			:: atomic { unpX == 0 -> unpX = me }
			GIVES_UP(unpX)
			fi;
			find_supply();
			if
			:: how == 0 ->
				staged[t] = true;                                               /* = prepare_unpacking */
				d_step { staged[t] = false; arrived = true; unpacked++; how = 2 }       /* = publish_tree */
			:: else
			fi;
			unpX = 0
		:: else
		fi;
		atomic { tX[t] == 0 -> tX[t] = me };
		if
		:: how == 1 ->
			st[t] = PARTIAL;
			d_step { assert(files[from]); files[HERE(t)] = true };
			st[t] = LISTED
		:: how == 2 ->
#ifndef MOVE_UNHELD
#ifdef PENDING_UNHELD
			if :: !arrived -> release(me); goto again :: else fi;
#else
			if
			:: atomic { unpX == 0 && arrived -> unpX = me }
			:: atomic { unpX == 0 && !arrived -> release(me); how = 0; from = 0; goto again }
			:: atomic { unpX != 0 -> tX[t] = 0; how = 0; unlink_held(me) };
#ifndef SPIN
				if                                                      /* waits, holding `pin` only */
				:: unpX == 0
				GIVES_UP(unpX)
				fi;
#endif
				goto again
			fi;
#endif
#endif
#ifdef DOCS
			st[t] = PENDING;
			settle_held(t);
#ifdef PENDING_UNHELD
			atomic { unpX == 0 -> unpX = me };
#endif
			come_in(t)
#else
			if
			:: d_step { arrived && !WANTED(t) -> WHOLE; arrived = false; staged[t] = true }
			:: d_step { arrived && WANTED(t) -> WHOLE; staged[t] = true }
#ifdef MOVE_UNHELD
			:: atomic { !arrived -> release(me); how = 0; goto again }
#endif
			fi;
			st[t] = PARTIAL;
			d_step { staged[t] = false; files[HERE(t)] = true };
			st[t] = LISTED
#endif
		fi;
over:		atomic { release(me); from = 0; how = 0 };
		clean_up(t);
		atomic { release(me); gone = gone | me }
	} unless { DEATH }
}

/* Toolchain 0 loses the component again. = ChangeInPlace::announce, take_out */
proctype Removal() {
	byte me = 4;
	(st[0] == LISTED || st[0] == PENDING || ((gone | halted) & 1));
	if
	:: atomic { tX[0] == 0 -> tX[0] = me }
#ifdef STOPS
	:: (tX[0] & halted) -> goto over
#endif
	fi;
	if
#ifdef FORGET_PENDING
	:: st[0] == PENDING -> st[0] = NOT
#else
	:: st[0] == PENDING -> st[0] = PARTIAL
#endif
	:: st[0] == LISTED -> st[0] = PARTIAL
	:: else
	fi;
	tX[0] = 0;
	take_out(0);
over:	gone = gone | me
}
proctype Other() { byte me = 16; { clean_up(0); gone = gone | me } unless { DEATH } }                    /* another command's */

#define OR_KILL(p) :: atomic { !(gone & BIT(p)) -> gone = gone | BIT(p); release(BIT(p)); k++; if :: k == KILLS -> break :: else fi }
/* One stops. Everybody else comes to an end; then it is killed, and leaves no more than a killed one. */
#define OR_STOP(p) :: atomic { !(gone & BIT(p)) -> halted = BIT(p) }; (gone | halted) == EVERYONE; atomic { gone = gone | halted; release(BIT(p)) }; break
#ifdef TAKE
#define EVERYONE (1|2|4|16)
#else
#define EVERYONE (1|2|16)
#endif
proctype Killer() {
	byte k;
	do
#ifdef STOPS
	OR_STOP(0) OR_STOP(1)
#else
	OR_KILL(0) OR_KILL(1)
#ifdef COLLECTOR                                /* … and who only cleans up */
	OR_KILL(4)
#endif
#endif
	:: _nr_pr == 2 -> break
	od
}

init {
	byte me = 8;
	atomic {
#ifdef STOPS
		run Killer();
#else
		if :: KILLS > 0 -> run Killer() :: else fi;
#endif
#ifdef AWAY
		place[0] = 1;
#endif
		run Install(0); run Install(1); run Other();
#ifdef TAKE
		run Removal();
#endif
	}
	_nr_pr == 1;
	clean_up(0);
	complete(1); take_out(1); settle(1); collect();
	settle(0); settle(1);
	d_step {
#ifndef TAKE
		assert(unpacked <= 1 + KILLS + (halted != 0));
#endif
		assert(!arrived && !staged[0] && !staged[1]);
		assert(st[0] == NOT || st[0] == LISTED); assert(files[HERE(0)] == (st[0] == LISTED));
		assert(st[1] == NOT || st[1] == LISTED); assert(files[HERE(1)] == (st[1] == LISTED));
		assert(pinS == 0 && pinX == 0 && unpX == 0 && tX[0] == 0 && tX[1] == 0);
		z = 0; do :: z < 4 -> assert(useS[z] == 0 && useX[z] == 0 && dirS[z] == 0 && dirX[z] == 0); z++ :: else -> break od; z = 0
	}
}
