/* Numbers: records, links, leftovers and the exchanged directory of one toolchain.
 *
 * change.pml takes the collector's reading of a toolchain's numbers as one step. Here each system
 * call of it is one: the name, each entry of generations/<t>, each record.
 *
 *   name     toolchains/<t>: a number, 0 = not there
 *   rec      generations/<t>/<n>.json (and .proxies, which come and go with it)
 *   place    generations/<t>/<n>: a directory, a link to the name
 *   staged   staging/generation.<t>%2F<n>: the link before the exchange, the directory after it
 *   tcX      toolchain, exclusive
 *   genS/X   generation
 *
 * Checked: the name always leads to a whole directory; a number means one state for ever, and grows;
 * nobody deletes what a reader runs on; a member whose root lives gets its root's generation; a path
 * that was kept leads somewhere as long as there is a name; no step fails for what another collector
 * has done; each process may be killed before each step, and the next change leaves no junk.
 *
 * Weakenings; `run --list` says which of them it refutes, and in which scenario:
 *   CURRENT_ONCE      current_number: without a name the records decide, and the name is not read again
 *   LEFTOVER_UNSEEN   delete_leftover does not look again at the directory
 *   FORGET_BY_LIST    records go by a listing that may be older than the directory
 *   FORGET_HIGHEST    the highest record goes, too
 *   UNLINK_FIRST      an uninstall unlinks the name, then writes its record
 *   KEEP_STAGED       delete_generation does not empty its staging folder first
 *   SWEEP_ASKS        the sweep asks whether the range is free, then deletes
 *   IN_PLACE          a retired directory is deleted where it lies, then the link made
 *   LINK_ALWAYS       a link is left also where there is no name, and nobody forgets it
 */
#define BIT(a) (1<<(a))
#ifndef SCEN
#define SCEN 1
#endif
#ifndef KILLS
#define KILLS 1
#endif
/* who may be killed: bit mask */
#if SCEN == 1
#define MORTALS 15
#elif SCEN == 2
#define MORTALS 7
#elif SCEN == 3
#define MORTALS 13
#elif SCEN == 4
#define MORTALS 199
#elif SCEN == 5
#define MORTALS 199
#elif SCEN == 6
#define MORTALS 207
#elif SCEN == 7 || SCEN == 8
#define MORTALS 7
#elif SCEN == 9
#define MORTALS 12
#elif SCEN == 10
#define MORTALS 197
#elif SCEN == 11
#define MORTALS 140
#endif
#if SCEN == 1 || SCEN == 6
#define G 5                                     /* numbers 1 .. 4 */
#elif SCEN == 8
#define G 5
#else
#define G 4
#endif
#define MAX_LINKS 1                             /* kMaxLinks is 32 */

#define NONE 0
#define INSTALLED 1
#define REMOVED 2
#define DIR 1
#define LINK 2

byte name = 0;
byte rec[G], place[G], staged[G], genS[G], genX[G], runs[G];
bool half[G];                                   /* ghost: the directory has lost files */
byte tcX = 0, gone = 0;
byte given = 0;                                 /* ghost: the highest number that was ever given out */
byte sess = 0, rootgen = 0;
bool rootover = false;
hidden byte z;

#define FREE(k,me) (genX[k] == 0 && (genS[k] & ~(me)) == 0)

inline release(me) {
	d_step {
		z = 0;
		do :: z < G -> genS[z] = genS[z] & ~(me); runs[z] = runs[z] & ~(me); if :: genX[z] == me -> genX[z] = 0 :: else fi; z++ :: else -> break od;
		if :: tcX == me -> tcX = 0 :: else fi;
		z = 0
	}
}
inline end(me) { atomic { release(me); gone = gone | me } }

/* = store::current_number. c = the answer */
inline current_number() {
	c = 0;
	do
	:: c = name;
		if
		:: c != 0 -> break
		:: else ->
			/* One step: between two of these reads only higher records come. */
			d_step { b = G-1; do :: b > 0 && rec[b] != REMOVED -> b-- :: else -> break od; c = b; b = 0 };
#ifdef CURRENT_ONCE
			break
#else
			if :: name == 0 -> break :: else -> c = 0 fi
#endif
		fi
	od
}

/* = store::delete_generation, under genX[k] */
inline delete_generation(k, leave) {
#ifdef IN_PLACE
	d_step { half[k] = true; assert(runs[k] == 0 && name != k) };
	d_step { half[k] = false; place[k] = NONE };
	if :: leave -> place[k] = LINK :: else fi
#else
#ifndef KEEP_STAGED
	staged[k] = NONE;
#endif
	if
	:: leave ->
		d_step { assert(staged[k] == NONE); staged[k] = LINK };               /* make_link */
		d_step { assert(staged[k] == LINK && place[k] == DIR);                /* exchange_paths */
			assert(runs[k] == 0 && name != k);
			place[k] = LINK; staged[k] = DIR }
	:: else ->
		d_step { assert(place[k] == DIR && staged[k] == NONE);                /* rename_path */
			assert(runs[k] == 0 && name != k);
			place[k] = NONE; staged[k] = DIR }
	fi;
	staged[k] = NONE
#endif
}

inline retire_directory(k, me) {
	if
	:: atomic { FREE(k, me) -> genX[k] = me };
		if
		:: place[k] == DIR ->
#ifdef LINK_ALWAYS
			leave = true;
#else
			leave = (name != 0);                                          /* named */
#endif
			delete_generation(k, leave)
		:: place[k] != DIR
		fi;
		d_step { leave = false; genX[k] = 0 }
	:: !FREE(k, me)
	fi
}

inline delete_leftover(k, me) {
	if
	:: atomic { tcX == 0 -> tcX = me };
		current_number();
		if
		:: k <= c
		:: else ->
			if
			:: atomic { FREE(k, me) -> genX[k] = me };
#ifndef LEFTOVER_UNSEEN
				if
				:: place[k] == DIR ->
#endif
					delete_generation(k, false)
#ifndef LEFTOVER_UNSEEN
				:: place[k] != DIR
				fi
#endif
				;
				genX[k] = 0
			:: !FREE(k, me)
			fi
		fi;
		tcX = 0
	:: tcX != 0
	fi
}

/* = store::list_numbers. What is made while it goes on may be missed: the worst order is directories
 * and links first, records last. */
inline list_numbers() {
	d_step { dirs = 0; links = 0; k = 1; do :: k < G -> if :: place[k] == DIR -> dirs = dirs | BIT(k) :: place[k] == LINK -> links = links | BIT(k) :: else fi; k++ :: else -> break od };
	d_step { recs = 0; top = 0; k = 1; do :: k < G -> if :: rec[k] != NONE -> recs = recs | BIT(k); top = k :: else fi; k++ :: else -> break od; k = 0 }
}

/* Every record above the current number stays, so the highest would also if nobody looked at `top`:
 * c is the name's number, or that of a record. The weakening leaves out both. */
#ifdef FORGET_HIGHEST
#define OLD(k) (k <= c)
#else
#define OLD(k) (k < c && k != top)
#endif

inline forget_old_numbers() {
	list_numbers();
	current_number();
	k = 1;
	d_step {                                        /* drop = the links that go, then the records */
		z = 0; do :: k < G -> if :: links & BIT(k) -> z++ :: else fi; k++ :: else -> break od;
#ifdef LINK_ALWAYS
		z = (z > MAX_LINKS -> z - MAX_LINKS : 0);
#else
		z = (name == 0 -> z : (z > MAX_LINKS -> z - MAX_LINKS : 0));
#endif
		k = 1;
		do :: k < G && z > 0 -> if :: links & BIT(k) -> z--; links = links & ~BIT(k); if :: k < c -> drop = drop | BIT(k) :: else fi :: else fi; k++ :: else -> break od;
		z = 0
	};
	do
	:: d_step { k = 1; do :: k < G && !(drop & BIT(k)) -> k++ :: else -> break od; drop = drop & ~BIT(k) };
		if
		:: k >= G -> break
		:: else -> d_step { assert(place[k] != DIR); place[k] = NONE }        /* remove_file */
		fi
	od;
	k = 1;
	d_step {
		do
		:: k < G ->
			if
			:: (recs & BIT(k)) && OLD(k) && !(links & BIT(k)) && !(dirs & BIT(k)) -> drop = drop | BIT(k)
			:: else
			fi;
			k++
		:: else -> break
		od;
		dirs = 0; links = 0; recs = 0; top = 0; c = 0
	};
	do
	:: d_step { k = 1; do :: k < G && !(drop & BIT(k)) -> k++ :: else -> break od; drop = drop & ~BIT(k) };
		if
		:: k >= G -> break
		:: else ->
#ifdef FORGET_BY_LIST
			d_step { assert(place[k] != DIR); rec[k] = NONE }
#else
			/* No directory comes to a number below the current one: what is seen is so for good. */
			if
			:: place[k] == NONE -> d_step { assert(place[k] != DIR); rec[k] = NONE }
			:: place[k] != NONE
			fi
#endif
		fi
	od;
	k = 0;
	d_step { drop = 0 }
}

/* = store::retire */
inline retire(me) {
	list_numbers();
	do
	:: d_step { recs = 0; top = 0; links = 0; c = 0; k = 1; do :: k < G && !(dirs & BIT(k)) -> k++ :: else -> break od; dirs = dirs & ~BIT(k) };
		if
		:: k >= G -> break
		:: else ->
			current_number();
			if
			:: k < c -> retire_directory(k, me)
			:: k > c -> delete_leftover(k, me)
			:: k == c
			fi
		fi
	od;
	forget_old_numbers()
}

/* = store::sweep, its first half, for what delete_generation left */
inline sweep(me) {
	k = 0;
	do
	:: d_step { k++; do :: k < G && staged[k] == NONE -> k++ :: else -> break od };
		if
		:: k >= G -> break
		:: else ->
#ifdef SWEEP_ASKS
			if :: FREE(k, me) -> staged[k] = NONE :: else fi
#else
			if
			:: atomic { FREE(k, me) -> genX[k] = me };
				staged[k] = NONE;
				genX[k] = 0
			:: !FREE(k, me)
			fi
#endif
		fi
	od;
	k = 0
}

#define LOCALS byte c, b, k, h, dirs, links, recs, top, drop; bool leave

proctype Collector(byte id) {
	byte me = BIT(id);
	LOCALS;
	{ retire(me); sweep(me); end(me) } unless { gone & me }
}

inline next_number() {                              /* = store::next_number, under `toolchain` */
	d_step { n = G-1; do :: n > 0 && rec[n] == NONE && place[n] == NONE -> n-- :: else -> break od; n++ };
	assert(n < G)
}

/* Installs, or changes what is there. = store::commit */
proctype Install(byte id) {
	byte me = BIT(id);
	byte n;
	{
		atomic { tcX == 0 -> tcX = me };
		next_number();
		d_step { assert(n > given && rec[n] == NONE); given = n; rec[n] = INSTALLED };
		d_step { assert(place[n] == NONE); place[n] = DIR };
		d_step { assert(place[n] == DIR && !half[n]); name = n; n = 0 };
		end(me)
	} unless { gone & me }
}

/* = store::commit_removal */
proctype Uninstall(byte id) {
	byte me = BIT(id);
	byte n;
	{
		atomic { tcX == 0 -> tcX = me };
		if
		:: name != 0 ->
			next_number();
#ifdef UNLINK_FIRST
			name = 0;
			d_step { assert(n > given && rec[n] == NONE); given = n; rec[n] = REMOVED; n = 0 }
#else
			d_step { assert(n > given && rec[n] == NONE); given = n; rec[n] = REMOVED };
			d_step { assert(place[name] == DIR); name = 0; n = 0 }
#endif
		:: else
		fi;
		end(me)
	} unless { gone & me }
}

/* = proxy::pin_current; the root of a session */
proctype Proxy(byte id) {
	byte me = BIT(id);
	byte n;
	{
		true;
again:		n = name;
		if :: n == 0 -> goto done :: else fi;
		if
		:: atomic { genX[n] == 0 -> genS[n] = genS[n] | me }
		:: atomic { genX[n] != 0 -> assert(name != n); goto again }
		fi;
		if
		:: atomic { rec[n] == NONE -> assert(name != n); release(me); goto again }   /* no table */
		:: rec[n] != NONE
		fi;
		if
		:: name != n -> release(me); goto again
		:: atomic { name == n -> assert(place[n] == DIR && !half[n]); runs[n] = runs[n] | me }
		fi;
		d_step { sess = n; rootgen = n };
		rootgen = 0;
done:		true;
		d_step { rootover = true; n = 0 };
		end(me)
	} unless { gone & me }
}

/* = proxy::pin_session */
proctype Member(byte id) {
	byte me = BIT(id);
	byte n;
	{
		if :: sess != 0 -> n = sess :: rootover && sess == 0 -> goto done fi;
		if
		:: atomic { genX[n] == 0 -> genS[n] = genS[n] | me }
		:: atomic { genX[n] != 0 -> assert(rootgen != n); goto done }                /* afresh */
		fi;
		if :: atomic { rec[n] == NONE -> assert(rootgen != n); goto done } :: rec[n] != NONE fi;
		if
		:: atomic { place[n] != DIR -> assert(rootgen != n); goto done }
		:: atomic { place[n] == DIR -> assert(!half[n]); runs[n] = runs[n] | me }
		fi;
		skip;
done:		n = 0;
		end(me)
	} unless { gone & me }
}

#define KILL(p) atomic { (MORTALS & BIT(p)) && !(gone & BIT(p)) -> gone = gone | BIT(p); \
		if :: p == 6 -> rootgen = 0; rootover = true :: else fi; release(BIT(p)) }

/* He waits for the others' end: so a run in which nobody is killed is searched once, and not anew for each
 * moment at which he might have given up. Who would wait for ever may be killed until then, so what a search
 * without kills finds is not found here: `run` wants both. */
#define OR_KILL(p) :: atomic { KILL(p); k++; if :: k == KILLS -> break :: else fi }

proctype Killer() {
	byte k;
	do
	OR_KILL(0) OR_KILL(1) OR_KILL(2) OR_KILL(3) OR_KILL(4) OR_KILL(6) OR_KILL(7)
	:: _nr_pr == 2 -> break
	od
}

init {
	LOCALS;
	atomic {
		if :: KILLS > 0 -> run Killer() :: else fi;                   /* first: pids end in reverse order */
#if SCEN == 1   /* two commits beside two collectors */
		given = 2; rec[1] = INSTALLED; place[1] = DIR; rec[2] = INSTALLED; place[2] = DIR; name = 2;
		run Install(0); run Install(1); run Collector(2); run Collector(3);
#endif
#if SCEN == 2   /* not there; installed and uninstalled while a collector reads */
		given = 1; rec[1] = REMOVED;
		run Install(0); run Uninstall(1); run Collector(2);
#endif
#if SCEN == 3   /* a killed commit's leftover, two collectors */
		given = 2; rec[1] = INSTALLED; place[1] = DIR; name = 1; rec[2] = INSTALLED; place[2] = DIR;
		run Install(0); run Collector(2); run Collector(3);
#endif
#if SCEN == 4   /* a session while two commits pass */
		given = 1; rec[1] = INSTALLED; place[1] = DIR; name = 1;
		run Install(0); run Install(1); run Collector(2); run Proxy(6); run Member(7);
#endif
#if SCEN == 5   /* uninstalled and installed under a session */
		given = 1; rec[1] = INSTALLED; place[1] = DIR; name = 1;
		run Uninstall(0); run Install(1); run Collector(2); run Proxy(6); run Member(7);
#endif
#if SCEN == 6   /* three commits behind a session */
		given = 1; rec[1] = INSTALLED; place[1] = DIR; name = 1;
		run Install(0); run Install(1); run Install(3); run Collector(2); run Proxy(6); run Member(7);
#endif
#if SCEN == 7   /* two commits pass a collector that lists */
		given = 1; rec[1] = INSTALLED; place[1] = DIR; name = 1;
		run Install(0); run Install(1); run Collector(2);
#endif
#if SCEN == 8   /* uninstalled and installed, with a link left from before */
		given = 2; rec[1] = INSTALLED; place[1] = LINK; rec[2] = INSTALLED; place[2] = DIR; name = 2;
		run Uninstall(0); run Install(1); run Collector(2);
#endif
#if SCEN == 9   /* killed before the exchange: its link lies in staging, and two collectors come */
		given = 2; rec[1] = INSTALLED; place[1] = DIR; staged[1] = LINK; rec[2] = INSTALLED; place[2] = DIR; name = 2;
		run Collector(2); run Collector(3);
#endif
#if SCEN == 10  /* one commit behind a session */
		given = 1; rec[1] = INSTALLED; place[1] = DIR; name = 1;
		run Install(0); run Collector(2); run Proxy(6); run Member(7);
#endif
#if SCEN == 11  /* as 9, and a reader whose session is over keeps the first collector from it */
		given = 2; rec[1] = INSTALLED; place[1] = DIR; staged[1] = LINK; rec[2] = INSTALLED; place[2] = DIR; name = 2;
		sess = 1; rootover = true;
		run Collector(2); run Collector(3); run Member(7);
#endif
	}
	_nr_pr == 1;
	assert(name == 0 || (place[name] == DIR && rec[name] == INSTALLED));
	retire(32); sweep(32);                           /* the next change */
	d_step {
		k = 1; h = 0;
		do
		:: k < G ->
			assert((place[k] == DIR) == (name == k) && staged[k] == NONE && genS[k] == 0 && genX[k] == 0);
			if :: place[k] == LINK -> h++; assert(name != 0 && k < name) :: else fi;
			k++
		:: else -> break
		od;
		assert(h <= MAX_LINKS && tcX == 0);
		h = 0; k = 0
	}
}
