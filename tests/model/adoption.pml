/* Adoption: a directory that rustup made becomes a generation, under tools that run on it.
 *
 * One toolchain; whoever was killed at work is cleaned up after by the next change.
 *
 *   name     toolchains/<t>: PLAIN (rustup's directory), a link's number + 1, or 0
 *   place    generations/<t>/<n>: NONE, DIR, LINK;   rec   its record and proxy table
 *   plain, content[n]   what the directory at the name, and that of n, hold: 1 as rustup made it
 *   plaini, inode[n]    which directory that is
 *   genS/X   generation <t>/<n>;     tcX   toolchain
 *
 * Checked: rustup's directory is there as long as a tool of ours runs on it, and until a boot if it was
 * adopted (rustup's own proxies hold no range); tools below cargo are of its content while it lives,
 * also over an adoption; no change is lost; the name never leads to nothing; a number means one
 * directory; the next change, after a boot, leaves no junk.
 *
 * Weakenings, each of which `run` refutes:
 *   NOT_EXCHANGED     the directory is renamed away, then the link made, where both could be one step
 *   NAME_FIRST        names are exchanged before the record and the proxy table are there
 *   RETIRED_AT_ONCE   an adopted directory is retired before the next boot
 *   NO_LOOK           adopt does not look again under `toolchain` whether there still is a directory
 *   STALE_LINK        the link of an adoption that was killed is not removed first
 *   LOOK_ONCE         a session's directory is not looked for again where the name moved meanwhile
 *   OLD_FILE          who opened the lock file before a hand-back and locks after it does not look where it is
 *   BY_NUMBER         a session says the number alone, 0 for rustup's directory, and not which directory
 *   UNASKED           an uninstall deletes rustup's directory without trying generation 0
 *   RESTORED_BEFORE   a hand-back does not look again whether a name stands for a generation
 *   BUSY_HAND_BACK    a hand-back deletes generations without trying their ranges
 */
#define BIT(a) (1<<(a))
#ifndef SCEN
#define SCEN 1
#endif
#ifndef KILLS
#define KILLS 1
#endif
#define G 6
#define NONE 0
#define PLAIN 255
#define INSTALLED 1
#define REMOVED 2
#define ADOPTED 3
#define DIR 1
#define LINK 2
#define IS_GEN(x) ((x) != 0 && (x) != PLAIN)

byte name, plain, boot = 0, gone = 0, tcX = 0;
byte rec[G], made[G], place[G], content[G], genS[G], genX[G], given[G];
byte inode[G], plaini, fresh = 1;
byte files = 0;                                 /* which lock file: a hand-back that is complete takes it away */
byte sess = 0, sessi = 0;                       /* LATCHKEY_SESSION: a number + 1, an inode */
byte sessc = 0, rooti = 0;                      /* ghosts: what its root runs on, and where, while it lives */
bool rootover = false, uninstalled = false;
byte adds = 0;                                  /* ghost: changes that were committed */
hidden byte z;

#define FREE(k,me) (genX[k] == 0 && (genS[k] & ~(me)) == 0)
#define IS(k,i) (place[k] == DIR && inode[k] == (i))
#define AT_GENERATION(i) (IS(0,i) || IS(1,i) || IS(2,i) || IS(3,i) || IS(4,i) || IS(5,i))
#define HERE(i) ((name == PLAIN && plaini == (i)) || AT_GENERATION(i))

inline release(me) {
	d_step {
		z = 0;
		do :: z < G -> genS[z] = genS[z] & ~(me); if :: genX[z] == me -> genX[z] = 0 :: else fi; z++ :: else -> break od;
		if :: tcX == me -> tcX = 0 :: else fi;
		z = 0
	}
}

/* = store::next_number */
#define NEXT n = G-1; do :: n > 0 && rec[n] == NONE && place[n] == NONE -> n-- :: else -> break od; n++; assert(n < G)

/* = store::adopt, under tcX */
inline adopt() {
#ifdef NO_LOOK
	if
	:: true ->
#else
	if
	:: name != PLAIN
	:: name == PLAIN ->
#endif
		d_step { NEXT;
			if :: n == 1 && place[0] != DIR -> n = 0 :: else fi
		};
#ifndef NAME_FIRST
		d_step { assert(place[n] != DIR && rec[n] != INSTALLED); rec[n] = ADOPTED; made[n] = boot };
#endif
#ifndef STALE_LINK
		place[n] = NONE;
#endif
		d_step { assert(place[n] == NONE); place[n] = LINK };                         /* make_link */
#ifdef NOT_EXCHANGED
		name = 0;
		place[n] = NONE;
		d_step { place[n] = DIR; content[n] = plain; inode[n] = plaini };
		name = n+1;
#else
		d_step { assert(name == PLAIN && place[n] == LINK);                           /* = exchange_paths */
			place[n] = DIR; content[n] = plain; inode[n] = plaini; plain = 0; plaini = 0; name = n+1 };
#endif
#ifdef NAME_FIRST
		d_step { rec[n] = ADOPTED; made[n] = boot };
#endif
		n = 0
	fi
}

/* = store::current_number, in one step: numbers.pml takes it apart */
#define CURRENT c = (IS_GEN(name) -> name-1 : 0); if :: !IS_GEN(name) -> n = G-1; do :: n > 0 && rec[n] != REMOVED -> n-- :: else -> break od; c = n; n = 0 :: else fi

#ifdef RETIRED_AT_ONCE
#define KEPT(k) false
#else
#define KEPT(k) (rec[k] == ADOPTED && made[k] == boot)                                        /* = kept_until_reboot */
#endif
#define ZERO(k) ((k) != 0 && rec[k] == ADOPTED -> 0 : (k))

/* = store::retire with retire_directory, delete_leftover and forget_old_numbers */
inline retire(me) {
	k = 0;
	do
	:: k < G ->
		d_step { CURRENT };
		if
		:: place[k] == DIR && k < c ->
			if
			:: atomic { FREE(k, me) && FREE(ZERO(k), me) -> genX[k] = me; if :: ZERO(k) != k -> genX[0] = me :: else fi };
				if
				:: place[k] == DIR && !KEPT(k) ->
					d_step {                                              /* = delete_generation */
						assert(name != k+1);
						assert(rooti == 0 || inode[k] != rooti);
						assert(rec[k] != ADOPTED || boot > made[k]);
						place[k] = (IS_GEN(name) -> LINK : NONE)
					}
				:: else
				fi;
				d_step { if :: genX[0] == me -> genX[0] = 0 :: else fi; genX[k] = 0 }
			:: else
			fi
		:: place[k] == DIR && k > c ->
			if
			:: atomic { tcX == 0 -> tcX = me };
				d_step { CURRENT;
					if :: k > c && place[k] == DIR && FREE(k, me) ->
						assert(name != k+1 && (rooti == 0 || inode[k] != rooti)); place[k] = NONE
					:: else fi;
					tcX = 0 }
			:: tcX != 0
			fi
		:: else
		fi;
		d_step { if :: place[k] == LINK && !IS_GEN(name) && k < c -> place[k] = NONE :: else fi; k++; c = 0 }
	:: else -> break
	od;
	k = 0
}

#define FORGET d_step { n = 0; k = 0; c = 0; base = 0 }

/* = toolchain::run_round, and adopt_directory */
proctype Change(byte id) {
	byte me = BIT(id);
	byte n, k, c, base;
	{
		true;
plan:		base = name;
		if :: base == 0 -> goto done :: else fi;
		/* = read_current */
		n = (base == PLAIN -> 0 : base-1);
		atomic { genX[n] == 0 -> genS[n] = genS[n] | me };
		if :: name != base -> d_step { genS[n] = genS[n] & ~me; n = 0 }; goto plan :: else -> n = 0 fi;
		atomic { tcX == 0 -> tcX = me };
		if
		:: base == PLAIN -> adopt(); d_step { tcX = 0; genS[0] = genS[0] & ~me; n = 0 }; goto plan
		:: base != PLAIN && name != base -> d_step { tcX = 0; genS[base-1] = genS[base-1] & ~me }; goto plan
		:: base != PLAIN && name == base
		fi;
		/* = store::commit */
		d_step { NEXT; rec[n] = INSTALLED; made[n] = boot; assert(given[n] == 0); given[n] = 1 };
		d_step { assert(place[n] == NONE && place[base-1] == DIR); place[n] = DIR; content[n] = content[base-1]+1; fresh++; inode[n] = fresh };
		d_step { assert(name == base); name = n+1; adds++; tcX = 0; genS[base-1] = genS[base-1] & ~me; n = 0 };
		retire(me);
done:		true;
		FORGET;
		atomic { release(me); gone = gone | me }
	} unless { gone & me; FORGET }
}

/* = Engine::uninstall, store::commit_removal */
proctype Uninstall(byte id) {
	byte me = BIT(id);
	byte n, k, c, base;
	{
		atomic { tcX == 0 -> tcX = me };
		if
		:: name == PLAIN ->
#ifdef UNASKED
			d_step { assert(rooti == 0 || rooti != plaini); name = 0; plain = 0; plaini = 0; uninstalled = true }
#else
			if
			:: atomic { FREE(0, me) -> genX[0] = me };
				d_step { assert(rooti == 0 || rooti != plaini); name = 0; plain = 0; plaini = 0; uninstalled = true };
				genX[0] = 0
			:: !FREE(0, me) -> adopt()
			fi
#endif
		:: name != PLAIN
		fi;
		if
		:: IS_GEN(name) ->
			d_step { NEXT; rec[n] = REMOVED; given[n] = 1; n = 0 };
			d_step { name = 0; uninstalled = true }
		:: !IS_GEN(name)
		fi;
		tcX = 0;
		retire(me);
		FORGET;
		atomic { release(me); gone = gone | me }
	} unless { gone & me; FORGET }
}

/* = cli::run_hand_back: store::restore_directory, then store::remove_latchkey */
proctype HandBack(byte id) {
	byte me = BIT(id);
	byte n, k, c, base;
	{
		atomic { tcX == 0 -> tcX = me };
		if
		:: IS_GEN(name) ->                                                              /* a copy, of links to the same files */
			d_step { assert(place[name-1] == DIR); plain = content[name-1]; fresh++; plaini = fresh; name = PLAIN }
		:: !IS_GEN(name)
		fi;
		tcX = 0;
#ifdef BUSY_HAND_BACK
		if
		:: tcX != 0 || IS_GEN(name)
		:: d_step { tcX == 0 && !IS_GEN(name) ->
#else
#ifdef RESTORED_BEFORE
		if
		:: tcX != 0 || !(FREE(0, me) && FREE(1, me) && FREE(2, me) && FREE(3, me) && FREE(4, me) && FREE(5, me))
		:: d_step { tcX == 0 && FREE(0, me) && FREE(1, me) && FREE(2, me) && FREE(3, me) && FREE(4, me) && FREE(5, me) ->
#else
		/* It has the ranges of all names, too, and looks again whether one stands for a generation. */
		if
		:: tcX != 0 || IS_GEN(name) || !(FREE(0, me) && FREE(1, me) && FREE(2, me) && FREE(3, me) && FREE(4, me) && FREE(5, me))
		:: d_step { tcX == 0 && !IS_GEN(name) && FREE(0, me) && FREE(1, me) && FREE(2, me) && FREE(3, me) && FREE(4, me) && FREE(5, me) ->
#endif
#endif
			assert(!IS_GEN(name));
			assert(rooti == 0 || (name == PLAIN && plaini == rooti));
			z = 0; do :: z < G -> rec[z] = NONE; place[z] = NONE; content[z] = 0; inode[z] = 0; given[z] = 0; z++ :: else -> break od; z = 0; files++ }
		fi;
		FORGET;
		atomic { release(me); gone = gone | me }
	} unless { gone & me; FORGET }
}

/* = proxy::try_plain, try_generation, pin_current; the root of a session */
proctype Tool(byte id) {
	byte me = BIT(id);
	byte n, k, c, base;
	{
		true;
again:		base = name;
		if :: base == 0 -> goto done :: else fi;
		n = (base == PLAIN -> 0 : base-1);
		k = files;
		if
		:: d_step { k == files && genX[n] == 0 -> genS[n] = genS[n] | me; k = 0 }
		:: d_step { k == files && genX[n] != 0 -> k = 0 }; goto again
#ifdef OLD_FILE
		:: d_step { k != files -> k = 0 }                                               /* a range that nobody else sees */
#else
		:: d_step { k != files -> k = 0 }; goto again                                   /* = leads_to */
#endif
		fi;
		if
		:: base != PLAIN && rec[n] == NONE ->
			/* Numbers begin anew after a hand-back: there is a table where the name leads to it while the range is held. */
			if :: d_step { name == base -> assert(rec[n] != NONE) } :: name != base fi;
			release(me); goto again
		:: base == PLAIN || rec[n] != NONE
		fi;
		if
		:: name != base -> release(me); goto again
		:: d_step { name == base -> sess = n+1; sessi = (base == PLAIN -> plaini : inode[n]);
			sessc = (base == PLAIN -> plain : content[n]); rooti = sessi; assert(sessi != 0 && sessc != 0) }
		fi;
		assert(HERE(rooti));
		d_step { sessc = 0; rooti = 0; rootover = true };
done:		true;
		FORGET;
		atomic { rootover = true; release(me); gone = gone | me }
	} unless { gone & me; FORGET }
}

#ifdef BY_NUMBER
#define MEANT(k) (k+1 == sess)
#else
#define MEANT(k) (inode[k] == sessi)
#endif

/* = proxy::pin_number; c = the content that it is given */
inline pin_number() {
	if
	:: atomic { genX[n] == 0 -> genS[n] = genS[n] | me };
		if
		:: rec[n] == NONE || rec[n] == REMOVED
		:: rec[n] != NONE && rec[n] != REMOVED ->
			if :: d_step { place[n] == DIR && MEANT(n) -> c = content[n] } :: !(place[n] == DIR && MEANT(n)) fi   /* = is_whole */
		fi
	:: genX[n] != 0
	fi
}

/* = proxy::pin_session; what it looks at first, its own number, is one of those that it looks through */
inline pin_session() {
	do
	:: true ->
		d_step { base = name; k = plaini };
		if
		:: base == PLAIN && k == sessi ->
			if                                                                              /* = try_plain */
			:: atomic { genX[0] == 0 -> genS[0] = genS[0] | me }; c = 255
			:: genX[0] != 0
			fi
		:: !(base == PLAIN && k == sessi) ->
			n = 0;                                                                          /* = pin_renumbered */
			do
			:: n < G ->
				if
				:: d_step { place[n] == DIR && MEANT(n) } -> pin_number(); break
				:: d_step { !(place[n] == DIR && MEANT(n)) -> n++ }
				fi
			:: else -> break
			od;
			n = 0;
			if :: c != 0 -> break :: else fi
		fi;
#ifdef LOOK_ONCE
		if :: c != 0 -> c = plain :: else fi;
		break
#else
		if
		:: d_step { name == base && (base != PLAIN || plaini == k) -> if :: c != 0 -> c = plain :: else fi }; break
		:: d_step { !(name == base && (base != PLAIN || plaini == k)) -> c = 0; genS[0] = genS[0] & ~me }
		fi
#endif
	od;
	k = 0; base = 0
}
proctype Member(byte id) {
	byte me = BIT(id);
	byte n, k, c, base;
	{
		if :: sess != 0 :: rootover && sess == 0 -> goto done fi;
		pin_session();
		/* = pin_current */
		d_step {
			if :: c == 0 -> c = (name == PLAIN -> plain : (name == 0 -> 0 : content[name-1])) :: else fi
		};
		assert(sessc == 0 || c == sessc);
done:		true;
		FORGET;
		atomic { release(me); gone = gone | me }
	} unless { gone & me; FORGET }
}

#define KILL(p) atomic { !(gone & BIT(p)) -> gone = gone | BIT(p); if :: p == 3 -> sessc = 0; rooti = 0; rootover = true :: else fi; release(BIT(p)) }

/* He waits for the others' end: so a run in which nobody is killed is searched once, and not anew for each
 * moment at which he might have given up. Who would wait for ever may be killed until then, so what a search
 * without kills finds is not found here: `run` wants both. */
#define OR_KILL(p) :: atomic { KILL(p); k++; if :: k == KILLS -> break :: else fi }

proctype Killer() {
	byte k;
	do
	OR_KILL(0) OR_KILL(1) OR_KILL(3)
	:: _nr_pr == 2 -> break
	od
}

init {
	byte n, k, c, base;
	atomic {
		if :: KILLS > 0 -> run Killer() :: else fi;                   /* first: pids end in reverse order */
		name = PLAIN; plain = 1; plaini = 1;
#if SCEN == 1   /* two changes of a directory on which a build runs */
		run Change(0); run Change(1); run Tool(3); run Member(4);
#endif
#if SCEN == 2   /* uninstalled under it, and changed */
		run Uninstall(0); run Tool(3); run Member(4);
#endif
#if SCEN == 3   /* the same name was installed before, by Latchkey */
		rec[1] = INSTALLED; given[1] = 1; rec[2] = REMOVED; given[2] = 1;
		run Change(0); run Tool(3); run Member(4);
#endif
#if SCEN == 4   /* adopted, and given back */
		run Change(0); run HandBack(1); run Tool(3); run Member(4);
#endif
#if SCEN == 5   /* changed and uninstalled at once */
		run Change(0); run Uninstall(1); run Tool(3); run Member(4);
#endif
#if SCEN == 7   /* two changes, and nobody else */
		run Change(0); run Change(1);
#endif
#if SCEN == 6   /* one change */
		run Change(0); run Tool(3); run Member(4);
#endif
	}
	_nr_pr == 1;
	assert(name != 0 || uninstalled);
	assert(!IS_GEN(name) || (place[name-1] == DIR && rec[name-1] != NONE));
	assert(uninstalled || (name == PLAIN -> plain : content[name-1]) == adds+1);
	/* Where a hand-back was refused, the next one deletes. */
	boot = 1;
	retire(32);                                                    /* the next change */
	d_step {
		k = 0;
		do :: k < G -> assert((place[k] == DIR) == (name == k+1) || name == PLAIN); assert(genS[k] == 0 && genX[k] == 0); k++ :: else -> break od;
		assert(tcX == 0); k = 0
	}
}
