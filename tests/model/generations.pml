/* One toolchain: its state, its home, its generations away, and the tools that run from them.
 *
 * A generation is a number g: a place (where), two files of each component (fa, fb), so that half a
 * component is seen, and a random word. A range is named by the place it protects: 0 is the home.
 *
 *   sN, sPl, sC, sP     the state: number, place, what it lists, what is partial (leaving, or being added)
 *   sD                  in the state too: the home is doomed, whatever is found there
 *   homeis, linked      what the home is, 0 for nothing; a link of the user's is there
 *   dS, dX, uS, uX, tX  directory and use, shared and exclusive; toolchain. use of ALL: `use <place>` of everything
 *   runs, loads         ghosts: who executes from a generation, who may load a component of it
 *
 * -DKEEP: the newest former generation stays, by a record of what it lists: where it is away, or behind at home.
 *   rank, recC, recP    the records: 0 for none, higher for newer; what it listed, what was partial
 *   rel                 a ghost: the release
 *
 * -DFS: 0 names can be exchanged; 1 they cannot; 2 nor can the home be renamed; 3 nothing can be linked.
 * -DKILLS=n: so many of those in MORTALS are killed, anywhere. -DSTOPS: one of them stops for ever, anywhere.
 *
 * Checked: a tool's directory stays at its place, and all that it may load stays whole, from its last look
 * to its end; a proxy that is refused finds that the state has moved, so none waits; a commit changes the
 * state that it has read, at once; a member whose root lives gets the root's generation; nobody waits for ever, nor,
 * where one has stopped, for anything but `toolchain`; one clean-up after all have ended leaves the home and
 * the state as one, no half component, nothing away or in staging, and what was uninstalled nowhere.
 *
 * Weakenings, each of which `run` refutes:
 *   NO_SECOND_READ   a proxy does not read the state again
 *   TAKE_NO_USE      a component is taken out without `use`
 *   TAKE_UNLOCKED    a component is taken out without `toolchain`
 *   FILES_FIRST      a removal takes the files, then writes the state
 *   STATE_FIRST      an addition writes the state, then the files
 *   NO_INTENT        an addition leaves no mark before its files
 *   INTENT_NO_USE    what such a mark names is taken out without `use`
 *   SWAP_EARLY       where one comes and one goes, what goes is not listed any more when the files begin to come
 *   NO_REREAD        an addition commits what it planned
 *   SETTLE_NO_EXCL   the home is exchanged though somebody runs from it
 *   SETTLE_MOVES     the generation away is moved home as it is, not cloned
 *   CLONE_UNLOCKED   the clone is made before `toolchain` is taken
 *   CLONE_ALL        the clone takes leaving components along
 *   HELD_OVER_STATE  the home is still held exclusively when the state leads there
 *   AT_HOME          an update replaces the current home at once where nobody is in it
 *   RETIRE_UNLOCKED  what is not current is retired without `toolchain`
 *   RETIRE_CURRENT   a free generation away is retired, current or not
 *   RETIRE_LINKED    a generation is retired though the home is a link to it
 *   BLIND_MEMBER     a member does not look whether the directory is the one it was told
 *   NUMBER_KEYS      ranges are named by a generation's number (0 without a state), not by its place
 *   NUMBER_ONLY      words are not compared
 *   NOT_ALL          who runs from a directory that no state describes to him holds `directory` only
 *   TAG_LATER        a plain directory gets its state, then its tag
 *   FORGET_HOME      a removed toolchain is forgotten while its home is there
 *   DOOM_UNREAD      who is given the home by its path does not look whether it is doomed
 *   TAG_LAST         what is deleted in place loses its tag last
 *   VERSION_BY_STATE  what was planned for a name without a toolchain is done if its state is the same
 *   DOOM_DROPPED     a state that is written before the home is replaced drops the mark
 *   RETIRE_FORMER    what a record keeps is retired like anything else that is not current
 *   KEEP_CLONED      settling leaves the record of the generation that it cloned
 *   ROLLBACK_BLIND   a rollback does not look whether the home that it returns to is doomed
 *   ROLLBACK_UNHELD  a rollback gives `toolchain` up between its look and its commit
 *   ROLLBACK_WHOLE   a rollback lists again what the generation had begun to lose
 */
#ifndef SCEN
#define SCEN 1
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef MORTALS
#define MORTALS 11
#endif
#ifndef FS
#define FS 0
#endif
#define G 8
#define ALL 2
#define BIT(a) (1<<(a))
#define HOME 0                                  /* places, of a state */
#define AWAY 1
#define REMOVED 2
#define LINKED 3
#define NONE 0                                  /* places, of a generation */
#define STAGED 1
#define ATHOME 2
#define ATAWAY 3
#define ADD 1
#define REMOVE 2
#define UPDATE 3
#define UNINSTALL 4
#define INSTALL 5
#define LINK 6
#define TIDY 7
#define ROLLBACK 8
#define SWAP 9

byte sN, sPl, sC, sP;
bool sD, linked;
byte homeis, last, words;
byte where[G], fa[G], fb[G], word[G];
byte dS[G], dX[G], uS[G*3], uX[G*3], tX;
byte runs[G], loads[G*2];
byte sess, sessPl, sessword;                    /* LATCHKEY_SESSION */
byte rootgen, rootx;                            /* ghosts: what its root runs, while it lives */
byte half;                                      /* ghost: what is being deleted in place */
bool rootover, installed = true;                /* ghosts; `installed`: after the last commit */
byte gone, halted, everyone;
#ifdef TAG_LATER
byte untagged;
bool named;                                     /* the session says a word, not an inode */
#define NAMED(x) named = (x)
#define TAGGED_YET(g) (!named || untagged != (g))
#else
#define NAMED(x)
#define TAGGED_YET(g) true
#endif
#ifdef INTENT_NO_USE
byte sI;                                        /* the mark of an addition, apart from sP */
#endif
hidden byte z;

#ifdef NUMBER_KEYS
#define KEY(pl,g) (g)
#define HOMEKEY homeis
#define PLAINKEY 0
#else
#define KEY(pl,g) ((pl) == HOME -> 0 : (g))
#define HOMEKEY 0
#define PLAINKEY 0
#endif
#define U(key,c) ((key)*3+(c))
#define FREE(key) (dS[key] == 0 && dX[key] == 0)
#define FREE_USE(key,c) (uS[U(key,c)] == 0 && uX[U(key,c)] == 0)
#ifdef DOOM_DROPPED
#define STATE(n,pl,c,p) sN = n; sPl = pl; sC = c; sP = p; sD = false
#else
#define STATE(n,pl,c,p) sN = n; sPl = pl; sC = c; sP = p                /* = save_state */
#endif

inline drop_uses(me) { d_step { z = 0; do :: z < G*3 -> uS[z] = uS[z] & ~(me); z++ :: else -> break od; z = 0 } }
inline release(me) {
	d_step {
		z = 0;
		do
		:: z < G ->
			dS[z] = dS[z] & ~(me); runs[z] = runs[z] & ~(me);
			if :: dX[z] == me -> dX[z] = 0 :: else fi;
			z++
		:: else -> break
		od;
		z = 0; do :: z < G*3 -> uS[z] = uS[z] & ~(me); if :: uX[z] == me -> uX[z] = 0 :: else fi; z++ :: else -> break od;
		z = 0; do :: z < G*2 -> loads[z] = loads[z] & ~(me); z++ :: else -> break od;
		if :: tX == me -> tX = 0 :: else fi;
		z = 0
	}
}
#define END(me) atomic { release(me); gone = gone | me }

/* Above all that are on the disk: `last` is the history's, until the toolchain is forgotten. */
#define NUMBER(g) \
	if :: sN > last -> last = sN :: else fi; \
	z = 1; do :: z < G -> if :: where[z] != NONE && z > last -> last = z :: else fi; z++ :: else -> break od; z = 0; \
	last++; g = last; assert(g < G); words++; word[g] = words

/* ---- what a clean-up does: each step takes `toolchain` by trying ---- */

/* = take_out */
inline take_out(me) {
	if
#ifdef TAKE_UNLOCKED
	:: sP != 0 && sN != 0 ->
#else
	:: atomic { tX == 0 && sP != 0 && sN != 0 -> tX = me };
#endif
		d_step { g = sN; key = KEY(sPl, sN) };
		do
		:: k < 2 ->
			if
#ifdef INTENT_NO_USE
			:: atomic { (sP & sI & BIT(k)) -> uX[U(key,k)] = me; sI = sI & ~BIT(k) };
#else
#ifdef TAKE_NO_USE
			:: sP & BIT(k) ->
#else
			:: atomic { (sP & BIT(k)) && FREE_USE(key,k) && FREE_USE(key,ALL) -> uX[U(key,k)] = me; uX[U(key,ALL)] = me };
#endif
#endif
				d_step { assert(loads[g*2+k] == 0); fa[g] = fa[g] & ~BIT(k) };
				d_step { assert(loads[g*2+k] == 0); fb[g] = fb[g] & ~BIT(k) };
				sP = sP & ~BIT(k);
				d_step { uX[U(key,k)] = 0; uX[U(key,ALL)] = 0; k++ }
			:: else -> k++
			fi
		:: else -> break
		od;
#ifdef TAKE_UNLOCKED
		atomic { k = 0; g = 0; key = 0 }
#else
		atomic { tX = 0; k = 0; g = 0; key = 0 }
#endif
	:: else
	fi
}

#ifdef KEEP
byte rank[G], recC[G], recP[G], rel[G], ranks;
#define NEWER(g,k) (rank[k] > rank[g] && (k) != sN)
#define IS_SPARED(g) (rank[g] != 0 && sN != (g) && where[g] != NONE && !NEWER(g,1) && !NEWER(g,2) && !NEWER(g,3) && \
	!NEWER(g,4) && !NEWER(g,5) && !NEWER(g,6) && !NEWER(g,7))
#define RECORD d_step { ranks++; rank[sN] = ranks; recC[sN] = sC; recP[sN] = sP }     /* = save_former */
#define NEW_RELEASE(g) rel[g] = g
#define SAME_RELEASE(g) rel[g] = rel[sN]
#ifdef KEEP_CLONED
#define FORGET(g) skip
#else
#define FORGET(g) rank[g] = 0
#endif
#else
#define IS_SPARED(g) false
#define RECORD
#define NEW_RELEASE(g)
#define SAME_RELEASE(g)
#define FORGET(g)
#endif
#ifdef RETIRE_FORMER
#define SPARED(g) false
#else
#define SPARED(g) IS_SPARED(g)
#endif
/* What was at home: its record keeps it, by one rename; otherwise it is junk. */
#define PUT_ASIDE(old) if :: old != 0 && where[old] == STAGED && SPARED(old) -> where[old] = ATAWAY :: old != 0 && where[old] == STAGED && !SPARED(old) -> where[old] = NONE :: else fi

#define LEAVES_HOME(old) old = homeis; assert(old == 0 || where[old] == ATAWAY || runs[old] == 0); \
	if :: where[old] == ATHOME -> where[old] = STAGED :: else fi; homeis = 0
#define COMES_HOME(g) assert(homeis == 0); homeis = g; where[g] = ATHOME

/* Where it cannot be renamed: the state says first that it is doomed, for half of it tells nobody whose it is. */
inline delete_in_place() {
	sD = true;
	d_step { old = homeis; assert(runs[old] == 0); half = old; fa[old] = 0 };
	d_step { assert(runs[old] == 0); fb[old] = 0 };
	d_step { assert(homeis == old); homeis = 0; where[old] = NONE; half = 0; old = 0 }
}

/* = settle, with `toolchain` held: of whoever commits a release, and of who cleans up */
inline settle_held(me) {
	if
#if FS == 3     /* the home becomes a link to the one away, which stays where it is */
	:: atomic { sPl == AWAY && homeis != sN && FREE(HOMEKEY) -> dX[HOMEKEY] = me };
		d_step { LEAVES_HOME(old); homeis = sN };
		dX[HOMEKEY] = 0;
		d_step { if :: where[old] == STAGED -> where[old] = NONE :: else fi; old = 0 }
#else
#ifdef SETTLE_MOVES
	:: atomic { sPl == AWAY && FREE(HOMEKEY) && FREE(sN) -> dX[HOMEKEY] = me; dX[sN] = me };
		d_step { LEAVES_HOME(old); g = sN; COMES_HOME(g); c = sC };
		dX[g] = 0;
#else
#ifdef SETTLE_NO_EXCL
	:: sPl == AWAY ->
#else
	:: atomic { sPl == AWAY && FREE(HOMEKEY) -> key = HOMEKEY; dX[key] = me };
#endif
#ifndef CLONE_UNLOCKED
		d_step { NUMBER(g); where[g] = STAGED; c = sC; SAME_RELEASE(g);
#ifdef CLONE_ALL
			fa[g] = fa[sN]; fb[g] = fb[sN]
#else
			fa[g] = c; fb[g] = c
#endif
		};
#endif
#if FS == 0
		d_step { LEAVES_HOME(old); COMES_HOME(g) };                             /* = exchange_paths */
#endif
#if FS == 1
		d_step { LEAVES_HOME(old) };
		d_step { COMES_HOME(g) };
#endif
#if FS == 2
		if :: homeis != 0 -> delete_in_place() :: else fi;
		d_step { COMES_HOME(g) };
#endif
#endif
#ifndef HELD_OVER_STATE
		dX[key] = 0;
#endif
#ifdef KEEP
		d_step { PUT_ASIDE(old); old = 0 };
		FORGET(sN);                                                             /* its home is the clone's by now */
#endif
		d_step { assert(c == sC); STATE(g, HOME, c, 0); sD = false; c = 0; g = 0 };
#ifdef HELD_OVER_STATE
		dX[key] = 0;
#endif
		d_step { if :: old != 0 -> where[old] = NONE :: else fi; old = 0; key = 0 }
#endif
	:: atomic { sPl == REMOVED && homeis != 0 && FREE(HOMEKEY) -> key = HOMEKEY; dX[key] = me };
#if FS == 2
		delete_in_place();
		dX[key] = 0;
#else
		d_step { LEAVES_HOME(old) };
		dX[key] = 0;
		d_step { if :: where[old] == STAGED -> where[old] = NONE :: else fi; old = 0; key = 0 }
#endif
	:: atomic { sPl == LINKED && !linked && FREE(HOMEKEY) -> key = HOMEKEY; dX[key] = me };
		d_step { LEAVES_HOME(old); linked = true };
		dX[key] = 0;
		d_step { sN = 0; sPl = HOME; sP = 0; sC = 0 };
		d_step { if :: old != 0 -> where[old] = NONE :: else fi; old = 0; key = 0 }
	:: d_step { sPl == LINKED && linked -> sN = 0; sPl = HOME; sP = 0; sC = 0 }     /* a killed one's */
	:: else
	fi
}

#if FS == 3
#define TO_SETTLE ((sPl == AWAY && homeis != sN) || (sPl == REMOVED && homeis != 0) || sPl == LINKED)
#else
#define TO_SETTLE (sPl == AWAY || (sPl == REMOVED && homeis != 0) || sPl == LINKED)
#endif

/* = settle */
inline settle(me) {
	if
#ifdef CLONE_UNLOCKED
	:: atomic { sPl == AWAY && sN != 0 };
		d_step { NUMBER(g); where[g] = STAGED; fa[g] = sC; fb[g] = sC; c = sC; k = sN };
		if
		:: atomic { tX == 0 && sPl == AWAY && sN == k -> k = 0; tX = me }; settle_held(me); tX = 0
		:: else -> d_step { where[g] = NONE; c = 0; k = 0; g = 0 }
		fi
#else
	:: atomic { tX == 0 && TO_SETTLE -> tX = me };
		settle_held(me);
		tX = 0
#endif
	:: else
	fi
}

#ifdef RETIRE_CURRENT
#define OVER(g) (where[g] == ATAWAY)
#else
#ifdef RETIRE_LINKED
#define OVER(g) (where[g] == ATAWAY && !(sPl == AWAY && sN == (g)))
#else
#define OVER(g) (where[g] == ATAWAY && !(sPl == AWAY && sN == (g)) && homeis != (g) && !(SPARED(g) && sPl <= AWAY))
#endif
#endif

/* = retire */
inline retire(me) {
	k = 1;
	do
	:: d_step { do :: k < G && !OVER(k) -> k++ :: else -> break od };
		if
		:: k >= G -> break
#ifdef RETIRE_UNLOCKED
		:: atomic { k < G && OVER(k) && FREE(k) -> dX[k] = me };
			d_step { if :: where[k] == ATAWAY -> assert(runs[k] == 0 && !(sPl == AWAY && sN == k)); where[k] = NONE :: else fi };
			dX[k] = 0
#else
		:: atomic { k < G && tX == 0 -> tX = me };
			if
			:: atomic { OVER(k) && FREE(k) -> dX[k] = me };
				d_step { assert(runs[k] == 0); where[k] = NONE };
				d_step { dX[k] = 0; tX = 0; k++ }
			:: else -> d_step { tX = 0; k++ }
			fi
#endif
		:: else -> k++
		fi
	od;
	k = 0
}

#ifdef FORGET_HOME
#define LEFT false
#else
#define LEFT (homeis != 0)
#endif

/* Staging is swept under `toolchain`; a state that says "removed" goes when nothing of the toolchain is left, and
 * so does that of an install that was killed before its directory came. */
inline sweep(me) {                                                              /* = sweep */
	if
	:: d_step { tX == 0 ->
		z = 1; do :: z < G -> if :: where[z] == STAGED -> where[z] = NONE :: else fi; z++ :: else -> break od;
		if
		:: (sPl == REMOVED && !LEFT) || (sPl == HOME && sN != 0 && homeis == 0) ->
			z = 1; do :: z < G && where[z] != ATAWAY -> z++ :: else -> break od;
			if :: z == G -> sN = 0; sPl = HOME; sC = 0; sP = 0; sD = false; last = 0 :: else fi
		:: else
		fi;
		z = 0 }
	:: else
	fi
}

inline clean_up(me) { take_out(me); settle(me); retire(me); sweep(me) }         /* = clean_up */

/* ---- changes ---- */

#ifdef STOPS
#define DEATH halted & me; gone & me
#else
#define DEATH gone & me
#endif
/* A fresh install's state comes before its directory: until then it leads to nothing. */
#define IS_INSTALLED (sN != 0 && (sPl == AWAY || (sPl == HOME && homeis != 0)))
#ifdef VERSION_BY_STATE
#define PLANNED_FRESH (bN == sN && !bC)
#else
#define PLANNED_FRESH !IS_INSTALLED
#endif

/* Of those that are exchanged there is one, always. */
#define WHOLE (SCEN != 23 || sC == 1 || sC == 2)

proctype Writer(byte id; byte op; byte what) {
	byte me = BIT(id);
	byte g, key, k, c, old, bN, bC;
	{
#ifdef NO_REREAD
		d_step { bN = sN; bC = sC };
#endif
#ifdef VERSION_BY_STATE
		d_step { bN = sN; bC = IS_INSTALLED };
#endif
		if
		:: op == TIDY -> goto tidy
		:: atomic { op != TIDY && tX == 0 -> tX = me }
#ifdef STOPS
		:: op != TIDY && (tX & halted) -> goto over                             /* it gives up waiting */
#endif
		fi;
		if                                                                      /* = take_over: the tag comes first */
		:: d_step { sN == 0 && homeis != 0 && op != INSTALL -> STATE(homeis, HOME, fa[homeis] & fb[homeis], 0);
#ifdef TAG_LATER
			untagged = homeis }; untagged = 0
#else
			}
#endif
		:: else
		fi;
		if
		:: op == ADD && IS_INSTALLED && !(sC & what) ->                         /* = ChangeInPlace::bring */
#ifdef STATE_FIRST
			sC = sC | what;
#else
#ifndef NO_INTENT
			d_step { sP = sP | what;
#ifdef INTENT_NO_USE
				sI = sI | what
#endif
			};
#endif
#endif
			fa[sN] = fa[sN] | what;
			fb[sN] = fb[sN] | what;
			d_step {
#ifdef NO_REREAD
				assert(bN == sN && bC == sC);
#endif
#ifdef INTENT_NO_USE
				sI = sI & ~what;
#endif
				STATE(sN, sPl, sC | what, sP & ~what) }
		:: op == REMOVE && IS_INSTALLED && (sC & what) ->                       /* = ChangeInPlace::announce */
#ifdef FILES_FIRST
			d_step { assert(loads[sN*2] == 0 || what != 1); assert(loads[sN*2+1] == 0 || what != 2); fa[sN] = fa[sN] & ~what };
#endif
			d_step { STATE(sN, sPl, sC & ~what, sP | what) }
		:: op == SWAP && IS_INSTALLED && !(sC & what) ->                        /* = ChangeInPlace::announce, list: one comes, the rest goes */
#ifdef SWAP_EARLY
			d_step { sP = sP | what | sC; sC = 0 };
#else
			sP = sP | what;
#endif
			fa[sN] = fa[sN] | what;
			fb[sN] = fb[sN] | what;
			d_step { c = sC; STATE(sN, sPl, what, (sP | c) & ~what); c = 0 }
		:: op == UPDATE && IS_INSTALLED ->                                      /* = make_generation */
			d_step { NUMBER(g); where[g] = STAGED; c = sC; fa[g] = c; fb[g] = c; NEW_RELEASE(g) };
			RECORD;
#ifdef AT_HOME
			if
			:: atomic { FREE(HOMEKEY) -> dX[HOMEKEY] = me };
				d_step { LEAVES_HOME(old); COMES_HOME(g) };
				d_step { STATE(g, HOME, c, 0) };
				d_step { dX[HOMEKEY] = 0; where[old] = NONE; old = 0 }
			:: else ->
#endif
			where[g] = ATAWAY;
			d_step { assert(c == sC && where[g] == ATAWAY); STATE(g, AWAY, c, 0); g = 0; c = 0 };
			settle_held(me)
#ifdef AT_HOME
			fi
#endif
#ifdef KEEP
		:: op == ROLLBACK && IS_INSTALLED ->                                    /* = commit_rollback */
			d_step { g = 1; do :: g < G && !(IS_SPARED(g) && (where[g] == ATAWAY || (homeis == g
#ifndef ROLLBACK_BLIND
				&& !sD
#endif
				))) -> g++ :: else -> break od; if :: g == G -> g = 0 :: else fi };
#ifdef ROLLBACK_UNHELD
			tX = 0;
			if
			:: atomic { tX == 0 -> tX = me }
#ifdef STOPS
			:: tX & halted -> goto over
#endif
			fi;
#endif
			if
			:: g != 0 ->
				RECORD;
				d_step { assert(where[g] == ATAWAY || (where[g] == ATHOME && homeis == g));
					assert(half != g && (fa[g] & fb[g] & recC[g]) == recC[g]);
#ifdef ROLLBACK_WHOLE
					STATE(g, (where[g] == ATAWAY -> AWAY : HOME), recC[g] | recP[g], 0) };
#else
					STATE(g, (where[g] == ATAWAY -> AWAY : HOME), recC[g], recP[g]) };
#endif
				d_step { FORGET(g); g = 0 };
				settle_held(me)
			:: else
			fi
#endif
		:: op == UNINSTALL && IS_INSTALLED ->                                   /* = commit_uninstall */
			d_step { STATE(sN, REMOVED, 0, 0); installed = false }
		:: op == LINK && IS_INSTALLED ->                                        /* over a toolchain that is installed */
			d_step { STATE(sN, LINKED, 0, 0) };
			settle_held(me)
		:: op == INSTALL && PLANNED_FRESH && sPl != LINKED && !linked && (sN != 0 || homeis == 0) ->    /* = make_generation */
			d_step { assert(!IS_INSTALLED); NUMBER(g); where[g] = STAGED; c = what; fa[g] = c; fb[g] = c };
			if
			:: d_step { homeis == 0 -> STATE(g, HOME, c, 0); sD = false };
				d_step { COMES_HOME(g); installed = true; g = 0; c = 0 }        /* the commit */
			:: homeis != 0 ->
				where[g] = ATAWAY;
				d_step { STATE(g, AWAY, c, 0); installed = true; g = 0; c = 0 };
				settle_held(me)
			fi
		:: else
		fi;
		d_step { tX = 0; g = 0; c = 0 };
tidy:		clean_up(me);
over:		END(me)
	} unless { DEATH }
}

/* ---- readers ---- */

#define RELY(g,x) assert((where[g] == ATHOME && homeis == (g)) || where[g] == ATAWAY); assert(half == 0 || half != (g)); \
	assert((fa[g] & (x)) == (x) && (fb[g] & (x)) == (x)); \
	runs[g] = runs[g] | me; \
	if :: (x) & 1 -> loads[(g)*2] = loads[(g)*2] | me :: else fi; \
	if :: (x) & 2 -> loads[(g)*2+1] = loads[(g)*2+1] | me :: else fi
#ifdef NUMBER_ONLY
#define SAME(n,x) (sN == (n) && sPl == pl && ((x) & ~sC) == 0)
#else
#define SAME(n,x) (sN == (n) && sPl == pl && word[sN] == w && ((x) & ~sC) == 0)
#endif

/* What a state lists, by trying; a is 99 if that is refused. A part of pin_current. */
inline lock_uses(key, n) {
	do
	:: a < 2 && !(x & BIT(a)) -> a++
	:: atomic { a < 2 && (x & BIT(a)) && uX[U(key,a)] == 0 -> uS[U(key,a)] = uS[U(key,a)] | me; a++ }
	:: atomic { a < 2 && (x & BIT(a)) && uX[U(key,a)] != 0 -> assert(!SAME(n, BIT(a))); a = 99; break }
	:: else -> break
	od
}

/* = pin_current; the root of a session, if `root` */
proctype Proxy(byte id; byte needs; bool root) {
	byte me = BIT(id);
	byte n, pl, x, a, key, w;
	{
		true;
again:		atomic { release(me); assert(WHOLE); n = sN; pl = sPl; x = sC & needs; w = word[sN]; a = 0; key = (n -> KEY(pl, n) : PLAINKEY);
			if :: (n == 0 && homeis == 0) || (n != 0 && pl > AWAY) || (n != 0 && pl == HOME && homeis == 0) -> goto done :: else fi
		};
		if
		:: atomic { dX[key] == 0 -> dS[key] = dS[key] | me }
		:: atomic { dX[key] != 0 -> assert(!SAME(n, 0)); goto again }
		fi;
		if
		:: n == 0 ->
#ifndef NOT_ALL
			if
			:: atomic { uX[U(key,ALL)] == 0 -> uS[U(key,ALL)] = uS[U(key,ALL)] | me }
			:: atomic { uX[U(key,ALL)] != 0 -> assert(sN != 0); goto again }
			fi;
#endif
			if
			:: atomic { sN != 0 || homeis == 0 -> goto again }
			:: d_step { sN == 0 && homeis != 0 -> n = homeis; x = fa[n] & fb[n] & needs; pl = HOME; w = 0; RELY(n, x) }
			fi
		:: else ->
			lock_uses(key, n);
			if
#ifndef NO_SECOND_READ
			:: atomic { a == 99 || !SAME(n, x) -> goto again }
			:: d_step { a != 99 && SAME(n, x) -> RELY(n, x) }
#else
			:: atomic { a == 99 -> goto again }
			:: d_step { a != 99 -> RELY(n, x) }
#endif
			fi
		fi;
		if :: d_step { root -> sess = n; sessPl = pl; sessword = word[n]; NAMED(w != 0); rootgen = n; rootx = x } :: else fi;
		if :: d_step { root -> rootgen = 0; rootx = 0 } :: else fi;
done:		atomic { if :: root -> rootover = true :: else fi; n = 0; x = 0; pl = 0; key = 0; w = 0; a = 0; release(me); gone = gone | me }
	} unless { DEATH }
}

#ifdef TAG_LAST
#define TAGGED(g) true
#else
#define TAGGED(g) ((half == 0 || half != (g)) && TAGGED_YET(g))
#endif
#ifdef NUMBER_ONLY
#define STILL ((sessPl == HOME -> homeis == g : where[g] == ATAWAY) && TAGGED(g))
#else
#define STILL ((sessPl == HOME -> homeis == g : where[g] == ATAWAY) && TAGGED(g) && word[g] == sessword)
#endif
#if FS == 3
#define PATHKEY (where[homeis] == ATAWAY -> homeis : HOMEKEY)                   /* by the real path: = pin_path */
#else
#define PATHKEY HOMEKEY
#endif
#ifdef DOOM_UNREAD
#define DOOMED false
#else
#define DOOMED sD
#endif

/* A member of a session (= pin_member), or, if `path`, who was given toolchains/<t> (= pin_path).
 * "done" is here: begins afresh, as Proxy does. */
proctype Follower(byte id; byte needs; bool path) {
	byte me = BIT(id);
	byte g, n, pl, x, a, key, w;
	{
		if
		:: path
		:: !path && sess != 0
		:: !path && (rootover || (halted & BIT(3))) && sess == 0 -> goto done
		fi;
look:		atomic { release(me); if :: path -> key = PATHKEY :: else -> g = sess; key = KEY(sessPl, sess) fi };
		if
		:: atomic { dX[key] == 0 -> dS[key] = dS[key] | me }
		:: atomic { dX[key] != 0 -> assert(path || rootgen != g); goto done }
		fi;
		if
		:: atomic { path && (homeis == 0 || linked || DOOMED) -> goto done }
		:: atomic { path && homeis != 0 && PATHKEY != key -> goto look }
		:: d_step { path && homeis != 0 && !DOOMED && PATHKEY == key -> g = homeis; assert(where[g] == ATHOME || where[g] == ATAWAY) }
#ifdef BLIND_MEMBER
		:: !path
#else
		:: atomic { !path && !STILL -> assert(rootgen != g); goto done }
		:: !path && STILL
#endif
		fi;
again:		atomic { drop_uses(me); n = sN; pl = sPl; x = sC & needs; w = word[sN]; a = 0 };
		if
		:: n == g && pl <= AWAY ->
			lock_uses(key, n);
			if
			:: atomic { a == 99 || !SAME(n, x) -> goto again }
			:: d_step { a != 99 && SAME(n, x) -> RELY(n, x); assert(path || word[g] == sessword);
				assert(rootgen != g || ((fa[g] & fb[g]) & rootx & needs) == (rootx & needs)) }
			fi
		:: else ->
#ifndef NOT_ALL
			if
			:: atomic { uX[U(key,ALL)] == 0 -> uS[U(key,ALL)] = uS[U(key,ALL)] | me }
			:: atomic { uX[U(key,ALL)] != 0 -> assert(sN == g); goto again }
			fi;
#endif
			d_step { x = fa[g] & fb[g] & needs; RELY(g, x); assert(path || word[g] == sessword);
				assert(rootgen != g || (x & rootx) == (rootx & needs)) }
		fi;
		true;                                                                   /* it runs */
done:		atomic { g = 0; n = 0; x = 0; pl = 0; key = 0; a = 0; w = 0; release(me); gone = gone | me }
	} unless { DEATH }
}

/* ---- deaths ---- */

#define VICTIM(p) (MORTALS & everyone & BIT(p)) && !(gone & BIT(p))
#define KILL(p) if :: p == 3 -> rootgen = 0; rootx = 0; rootover = true :: else fi; release(BIT(p))
/* It waits for the others' end: so a run in which nobody is killed is searched once, and not anew for each
 * moment at which it might have given up. Who would wait for ever may be killed until then, so what a search
 * without kills finds is not found here: `run` wants both. */
#define OR_KILL(p) :: atomic { VICTIM(p) -> gone = gone | BIT(p); KILL(p); k++; if :: k == KILLS -> break :: else fi }
/* One stops. Everybody else comes to an end; then it is killed, and leaves no more than a killed one. */
#define OR_STOP(p) :: atomic { VICTIM(p) -> halted = BIT(p) }; (gone | halted) == everyone; atomic { gone = gone | halted; KILL(p) }; break

proctype Killer() {
	byte k;
	do
#ifdef STOPS
	OR_STOP(0) OR_STOP(1) OR_STOP(3)
#else
	OR_KILL(0) OR_KILL(1) OR_KILL(3)
#endif
	:: _nr_pr == 2 -> break
	od
}

#define START(kind, id, a, b) run kind(id, a, b); everyone = everyone | BIT(id)

init {
	byte g, key, k, c, old;
	atomic {
#ifdef STOPS
		run Killer();
#else
		if :: KILLS > 0 -> run Killer() :: else fi;                     /* first: pids end in reverse order */
#endif
		/* As installed: number 1 at home, both components. */
		last = 1; words = 1; word[1] = 1; homeis = 1; where[1] = ATHOME; fa[1] = 3; fb[1] = 3; sN = 1; sPl = HOME; sC = 3;
#if SCEN == 1   /* a component goes and comes back */
		START(Writer, 0, REMOVE, 2); START(Writer, 1, ADD, 2); START(Proxy, 3, 3, true); START(Follower, 5, 3, false);
#endif
#if SCEN == 2   /* an addition beside an update */
		fa[1] = 1; fb[1] = 1; sC = 1;
		START(Writer, 0, UPDATE, 0); START(Writer, 1, ADD, 2); START(Proxy, 3, 3, true); START(Follower, 5, 3, false);
#endif
#if SCEN == 3   /* a removal beside an update; one runs by the path */
		START(Writer, 0, UPDATE, 0); START(Writer, 1, REMOVE, 2); START(Proxy, 3, 3, false); START(Follower, 5, 3, true);
#endif
#if SCEN == 4   /* two updates, a session */
		START(Writer, 0, UPDATE, 0); START(Writer, 1, UPDATE, 0); START(Proxy, 3, 1, true); START(Follower, 5, 1, false);
#endif
#if SCEN == 5   /* uninstalled and installed, a session */
		START(Writer, 0, UNINSTALL, 0); START(Writer, 1, INSTALL, 1); START(Proxy, 3, 3, true); START(Follower, 5, 3, false);
#endif
#if SCEN == 6   /* plain: the first change is a removal; an update beside it */
		sN = 0; sPl = HOME; sC = 0; last = 0;
		START(Writer, 0, REMOVE, 2); START(Writer, 1, UPDATE, 0); START(Proxy, 3, 3, true); START(Follower, 5, 3, true);
#endif
#if SCEN == 7 || SCEN == 8 || SCEN == 11 || SCEN == 16      /* the home lags */
		last = 2; words = 2; word[2] = 2; where[2] = ATAWAY; fa[2] = 3; fb[2] = 3; sN = 2; sPl = AWAY;
#endif
#if SCEN == 17  /* plain: an update, a session */
		sN = 0; sPl = HOME; sC = 0; last = 0;
		START(Writer, 0, UPDATE, 0); START(Proxy, 3, 1, true); START(Follower, 5, 1, false);
#endif
#if SCEN == 7   /* … an addition, a clean-up, one by the path, a proxy */
		fa[1] = 1; fb[1] = 1; fa[2] = 1; fb[2] = 1; sC = 1;
		START(Writer, 0, ADD, 2); START(Writer, 1, TIDY, 0); START(Proxy, 3, 3, true); START(Follower, 5, 3, true);
#endif
#if SCEN == 8   /* … a removal, a clean-up, one by the path, a proxy */
		sC = 3;
		START(Writer, 0, REMOVE, 2); START(Writer, 1, TIDY, 0); START(Proxy, 3, 3, true); START(Follower, 5, 3, true);
#endif
#if SCEN == 9   /* a component goes, comes, goes: three writers */
		START(Writer, 0, REMOVE, 2); START(Writer, 1, ADD, 2); START(Writer, 2, REMOVE, 2); START(Proxy, 3, 3, false);
#endif
#if SCEN == 10  /* two additions */
		fa[1] = 0; fb[1] = 0; sC = 0;
		START(Writer, 0, ADD, 1); START(Writer, 1, ADD, 2); START(Proxy, 3, 3, false);
#endif
#if SCEN == 11  /* … a removal; one by the path at the clone that is not committed yet */
		sC = 3;
		START(Writer, 0, TIDY, 0); START(Writer, 1, REMOVE, 2); START(Follower, 5, 3, true);
#endif
#if SCEN == 16  /* … an update; one by the path */
		sC = 3;
		START(Writer, 0, TIDY, 0); START(Writer, 1, UPDATE, 0); START(Follower, 5, 3, true);
#endif
#if SCEN == 23  /* a component comes as another goes, and the other way round; a proxy */
		fa[1] = 1; fb[1] = 1; sC = 1;
		START(Writer, 0, SWAP, 2); START(Writer, 1, SWAP, 1); START(Proxy, 3, 3, false);
#endif
#if SCEN == 12  /* a link of the user's comes over it, beside an update; a session */
		START(Writer, 0, LINK, 0); START(Writer, 1, UPDATE, 0); START(Proxy, 3, 1, true); START(Follower, 5, 1, false);
#endif
#if SCEN == 13  /* uninstalled beside an update; one by the path */
		START(Writer, 0, UNINSTALL, 0); START(Writer, 1, UPDATE, 0); START(Proxy, 3, 1, false); START(Follower, 5, 1, true);
#endif
#if SCEN == 14  /* two updates; one by the path */
		START(Writer, 0, UPDATE, 0); START(Writer, 1, UPDATE, 0); START(Follower, 5, 1, true);
#endif
#if SCEN == 15  /* nothing is there: two install at once */
		last = 0; homeis = 0; where[1] = NONE; fa[1] = 0; fb[1] = 0; sN = 0; sC = 0; installed = false;
		START(Writer, 0, INSTALL, 1); START(Writer, 1, INSTALL, 3); START(Proxy, 3, 1, true); START(Follower, 5, 1, true);
#endif
#ifdef KEEP
		rel[1] = 1; rel[2] = 2;
#if SCEN != 21
		last = 2; words = 2; word[2] = 2; fa[2] = 3; fb[2] = 3; sN = 2; ranks = 1; rank[1] = 1; recC[1] = 3;
#endif
#endif
#if SCEN == 18  /* a former generation away: a rollback beside an update, a session */
		homeis = 2; where[2] = ATHOME; where[1] = ATAWAY;
		START(Writer, 0, ROLLBACK, 0); START(Writer, 1, UPDATE, 0); START(Proxy, 3, 1, true); START(Follower, 5, 1, false);
#endif
#if SCEN == 19  /* the home lags: a rollback to it, a clean-up, one by the path, a proxy */
		where[2] = ATAWAY; sPl = AWAY;
		START(Writer, 0, ROLLBACK, 0); START(Writer, 1, TIDY, 0); START(Proxy, 3, 3, false); START(Follower, 5, 3, true);
#endif
#if SCEN == 20  /* a former generation that was losing a component: two rollbacks, a proxy */
		homeis = 2; where[2] = ATHOME; where[1] = ATAWAY; recC[1] = 1; recP[1] = 2; fa[1] = 1;
		START(Writer, 0, ROLLBACK, 0); START(Writer, 1, ROLLBACK, 0); START(Proxy, 3, 3, false);
#endif
#if SCEN == 21  /* an update, a rollback and a removal: which comes first is open; a proxy */
		START(Writer, 0, UPDATE, 0); START(Writer, 1, ROLLBACK, 0); START(Writer, 2, REMOVE, 2); START(Proxy, 3, 3, false);
#endif
#if SCEN == 22  /* uninstalled beside a rollback; a session */
		homeis = 2; where[2] = ATHOME; where[1] = ATAWAY;
		START(Writer, 0, UNINSTALL, 0); START(Writer, 1, ROLLBACK, 0); START(Proxy, 3, 1, true); START(Follower, 5, 1, false);
#endif
	}
	_nr_pr == 1;
	clean_up(64);
	d_step {
		assert(tX == 0 && !sD && WHOLE);
		assert(sPl == HOME || (FS == 3 && sPl == AWAY && sN == homeis));
		assert(installed == (homeis != 0 || linked));
		assert(sN == 0 || (homeis == sN && where[sN] == (sPl == HOME -> ATHOME : ATAWAY)));
		assert(sN == 0 || (fa[sN] == sC && fb[sN] == sC && sP == 0));
		k = 1;
		do :: k < G -> assert(where[k] == NONE || k == homeis || IS_SPARED(k)); assert(FREE(k)); k++ :: else -> break od;
#ifdef KEEP
		k = 1;
		do
		:: k < G && IS_SPARED(k) && where[k] != NONE -> old = k; assert(rel[k] != rel[sN] && (fa[k] & fb[k] & recC[k]) == recC[k]); k++
		:: k < G && !(IS_SPARED(k) && where[k] != NONE) -> k++
		:: else -> break
		od;
#ifndef STOPS                                   /* a killed one may cost it, and who stopped is killed */
		assert(!installed || KILLS > 0 || FS > 1 || SCEN == 21 || old != 0);
#endif
		old = 0;
#endif
		assert(FREE(0));
		k = 0; do :: k < G*3 -> assert(uS[k] == 0 && uX[k] == 0); k++ :: else -> break od; k = 0
	}
}
