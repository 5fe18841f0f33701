/* Changes of toolchains beside the tools that run on them: commit, retire, collect, proxy, session.
 *
 * Which step is which function of the program's: the name behind each comment's "=". A range is a bit
 * mask of its holders, and each exclusive one is taken in the step that finds it free (F_OFD_SETLK) or
 * awaits that (F_OFD_SETLKW).
 *
 *   genS/genX(t,n)   generation   shared: who runs on n, or plans from it.   exclusive (tried): retire_directory, delete_leftover
 *   useS/useX(a)     use          shared: who executes or loads files of a.  exclusive (tried): collect_tree
 *   pinS/pinX(a)     pin          shared: a change, from its look until its commit.  exclusive (tried): collect_tree
 *   unpX(a)          unpack       exclusive: who makes or deletes a's files
 *   nameX(t)         toolchain    exclusive: a commit; delete_leftover (tried)
 *
 * Checked: a reader's generation and trees stay as they are from its last look to its end (ghosts
 * runs, loads); a proxy that is refused finds the name moved, so it never waits and each new try is
 * owed to somebody's commit; a member of a session whose root lives gets the root's generation; a
 * commit is made from what is current; what it publishes is whole; nobody blocks for ever; each
 * process may be killed before each step; when all have ended, one more change leaves no junk.
 *
 * Weakenings; `run --list` says which of them it refutes, and in which scenario:
 *   NO_GEN_PIN         retire by the components that the current generation lacks, not by `generation`
 *   USE_BEFORE_REFS    the collector takes `use` before it knows that nobody can name the tree
 *   REFS_BEFORE_LOCK   references are read before `pin` is held
 *   NO_PIN             a change lets go of its pins before its commit
 *   NO_REREAD          a commit does not read the name again
 *   NO_RECHECK         a proxy does not read the name again
 *   REUSE_NUMBERS      numbers are counted from the directories that are left
 *   RETIRE_NOT_CURRENT whatever is not current is retired, so also what is not published yet
 *   BLIND_MEMBER       a member of a session trusts the number that it was given
 *   TREE_FIRST         a tree is deleted before its index
 *   READDIR            references are found by listing a folder in which names are replaced
 *   REPAIR_IN_PLACE    a damaged tree is replaced where it lies
 *   LEFTOVER_UNLOCKED  a leftover is deleted without `toolchain`
 */
#define T 2
#ifndef SCEN
#define SCEN 1
#endif
#define A 3
#define G 5                                     /* numbers 1 .. 4 */
#define AT(t,n) ((t)*G+(n))
#define BIT(a)  (1<<(a))
#if SCEN <= 3                                   /* who may be killed: bit mask */
#define MORTALS 43
#elif SCEN == 4
#define MORTALS 27
#elif SCEN == 5
#define MORTALS 23
#elif SCEN == 6 || SCEN == 7
#define MORTALS 15
#elif SCEN == 8
#define MORTALS 17
#elif SCEN == 9
#define MORTALS 19
#elif SCEN == 10
#define MORTALS 1
#elif SCEN == 11
#define MORTALS 3
#elif SCEN == 12
#define MORTALS 19
#endif
#ifndef KILLS
#define KILLS 1
#endif
#define ADD 1        /* also remove and update: (x & ~rem) | add */
#define UNINSTALL 2
#define INSTALL 3

#define LOST 255
#define NONE 0
#define DIR  1
#define LINK 2

byte cur[T];                                    /* toolchains/<t>: 0 = no such name */
byte last[T];                                   /* highest number with a record */
byte tomb[T];                                   /* number of the uninstall's record */
byte comp[T*G];                                 /* the record: artifacts of the generation */
byte dir[T*G];
bool tree[A], whole[A];                         /* the tree, its index */
byte genS[T*G], genX[T*G], useS[A], useX[A], pinS[A], pinX[A], unpX[A], nameX[T];
byte runs[T*G], loads[A];                       /* ghosts: readers that rely on it */
byte gone = 0;                                  /* who has ended or was killed: bit mask */
byte sess = 0;                                  /* LATCHKEY_SESSION of toolchain 0, outlives its root */
byte rootgen = 0;                               /* ghost: the root lives and runs on this */
bool rootover = false;
hidden byte z;

#define NUMBER(t) (cur[t] -> cur[t] : tomb[t])
#define BUSY(S,X,i,me) (X[i] != 0 || (S[i] & ~(me)) != 0)

inline release(me) {
	d_step {
		z = 0;
		do :: z < T*G -> genS[z] = genS[z] & ~(me); runs[z] = runs[z] & ~(me); if :: genX[z] == me -> genX[z] = 0 :: else fi; z++ :: else -> break od;
		z = 0;
		do :: z < A -> useS[z] = useS[z] & ~(me); pinS[z] = pinS[z] & ~(me); loads[z] = loads[z] & ~(me);
			if :: useX[z] == me -> useX[z] = 0 :: else fi;
			if :: pinX[z] == me -> pinX[z] = 0 :: else fi;
			if :: unpX[z] == me -> unpX[z] = 0 :: else fi; z++
		:: else -> break od;
		z = 0;
		do :: z < T -> if :: nameX[z] == me -> nameX[z] = 0 :: else fi; z++ :: else -> break od;
		z = 0
	}
}
inline end(me) { atomic { release(me); gone = gone | me } }
#ifdef NO_PIN
inline unpin(me) { d_step { z = 0; do :: z < A -> pinS[z] = pinS[z] & ~(me); z++ :: else -> break od; z = 0 } }
#endif

/* ---- = toolchain::clean_up: part of every change, after its commit ---- */

#ifdef RETIRE_NOT_CURRENT
#define OVER(t,k) ((k) != cur[t])
#define UNPUBLISHED(t,k) (false)
#else
#ifdef REUSE_NUMBERS
#define OVER(t,k) (cur[t] == 0 || (k) < cur[t])
#define UNPUBLISHED(t,k) (cur[t] != 0 && (k) > cur[t])
#else
#define OVER(t,k) ((k) < NUMBER(t))
#define UNPUBLISHED(t,k) ((k) > NUMBER(t))
#endif
#endif

/* = store::retire_directory; the steps of delete_generation are in numbers.pml */
inline retire_one(t, k, me) {
#ifdef NO_GEN_PIN
	/* lock what the current generation lacks, exchange, delete, unlock */
	d_step {
		b = 0; r = comp[AT(t,k)] & ~(cur[t] -> comp[AT(t,cur[t])] : 0);
		do :: b < A -> if :: (r & BIT(b)) && BUSY(useS, useX, b, me) -> b = LOST :: else -> b++ fi :: else -> break od;
		if
		:: b == A -> b = 0; do :: b < A -> if :: r & BIT(b) -> useX[b] = me :: else fi; b++ :: else -> break od
		:: else
		fi;
		z = 0
	}
	if
	:: b == A -> d_step { assert(runs[AT(t,k)] == 0); dir[AT(t,k)] = (cur[t] -> LINK : NONE) };
		d_step { b = 0; do :: b < A -> if :: useX[b] == me -> useX[b] = 0 :: else fi; b++ :: else -> break od; b = 0; r = 0 }
	:: else
	fi
#else
	if
	:: atomic { !BUSY(genS, genX, AT(t,k), me) -> genX[AT(t,k)] = me };
		if
#ifdef REUSE_NUMBERS
		:: d_step { dir[AT(t,k)] == DIR -> assert(runs[AT(t,k)] == 0 && cur[t] != k); dir[AT(t,k)] = (cur[t] -> LINK : NONE) }
#else
#ifdef RETIRE_NOT_CURRENT
		:: cur[t] != k && dir[AT(t,k)] == DIR -> 
			d_step { assert(runs[AT(t,k)] == 0 && cur[t] != k); dir[AT(t,k)] = (cur[t] -> LINK : NONE) }
#else
		:: d_step { dir[AT(t,k)] == DIR -> assert(runs[AT(t,k)] == 0 && cur[t] != k); dir[AT(t,k)] = (cur[t] -> LINK : NONE) }
#endif
#endif
		:: else
		fi;
		genX[AT(t,k)] = 0
	:: BUSY(genS, genX, AT(t,k), me)
	fi
#endif
}

/* = store::delete_leftover */
inline delete_leftover(t, k, me) {
#ifdef LEFTOVER_UNLOCKED
	if :: d_step { dir[AT(t,k)] == DIR && UNPUBLISHED(t,k) -> dir[AT(t,k)] = NONE } :: else fi
#else
	if
	:: atomic { nameX[t] == 0 -> nameX[t] = me };
		if
		:: atomic { dir[AT(t,k)] == DIR && UNPUBLISHED(t,k) && !BUSY(genS, genX, AT(t,k), me) ->
			genX[AT(t,k)] = me };
			d_step { assert(runs[AT(t,k)] == 0); dir[AT(t,k)] = NONE };
			genX[AT(t,k)] = 0
		:: else
		fi;
		nameX[t] = 0
	:: nameX[t] != 0
	fi
#endif
}

/* = store::find_references: the current generation of each folder of generations/, one after the
 * other; r = the trees that they name. A record that is gone by the time that it is read
 * (add_references) is read again: numbers.pml. */
inline references(me) {
	r = 0; b = 0;
#ifdef READDIR
	d_step { c0 = cur[0]; c1 = cur[1] };
#endif
	do
	:: b < T ->
		n = cur[b];
#ifdef READDIR
		if
		:: n != (b == 0 -> c0 : c1) -> skip      /* renamed over since the folder was opened: listed or not */
		:: true -> r = r | (n -> comp[AT(b,n)] : 0)
		fi;
#else
		r = r | (n -> comp[AT(b,n)] : 0);
#endif
		b++
	:: else -> break
	od;
	b = 0;
	d_step { n = 0 }
}

#ifdef READDIR
#define HINT(a) true
#else
#ifdef NO_HINT
#define HINT(a) true
#else
#define HINT(a) (!NAMED(a))                     /* a look without locks: spares the search most of the trees */
#endif
#endif
#define NAMED(a) ((((cur[0] -> comp[AT(0,cur[0])] : 0) | (cur[1] -> comp[AT(1,cur[1])] : 0)) & BIT(a)) != 0)

/* = the end of store::collect_tree, and store::delete_tree */
inline delete_one(a, me) {
	if
	:: atomic { unpX[a] == 0 -> unpX[a] = me };
		d_step { assert(loads[a] == 0); assert(!NAMED(a));
#ifdef TREE_FIRST
			tree[a] = false }; whole[a] = false;
#else
			whole[a] = false }; tree[a] = false;
#endif
		unpX[a] = 0
	:: unpX[a] != 0
	fi
}

/* = store::collect_tree */
inline collect_one(a, me) {
#ifdef REFS_BEFORE_LOCK
	references(me);
#endif
	if
	:: atomic { !BUSY(pinS, pinX, a, me) -> pinX[a] = me };
#ifdef USE_BEFORE_REFS
		if
		:: atomic { !BUSY(useS, useX, a, me) -> useX[a] = me };
			references(me);
			if :: (r & BIT(a)) == 0 && whole[a] -> delete_one(a, me) :: else fi;
			useX[a] = 0
		:: BUSY(useS, useX, a, me)
		fi;
#else
#ifndef REFS_BEFORE_LOCK
		references(me);
#endif
		if
		:: (r & BIT(a)) == 0 && whole[a] ->
			if
			:: atomic { !BUSY(useS, useX, a, me) -> useX[a] = me };
				delete_one(a, me);
				useX[a] = 0
			:: BUSY(useS, useX, a, me)
			fi
		:: else
		fi;
#endif
		pinX[a] = 0
	:: BUSY(pinS, pinX, a, me)
	fi;
	r = 0
}

inline collect(me) {
	/* = store::retire for each of generation_folders; what is no candidate is passed over in one step.
	 * NUMBER stands for current_number, in one step here: numbers.pml takes it apart. */
	k = 0;
	do
	:: d_step { k++; do :: k < T*G && !(dir[k] == DIR && k % G > 0 && (OVER(k/G, k%G) || UNPUBLISHED(k/G, k%G))) -> k++ :: else -> break od; z = 0 };
		if
		:: k >= T*G -> break
		:: else ->
			if
			:: OVER(k/G, k%G) -> retire_one(k/G, k%G, me)
			:: else -> delete_leftover(k/G, k%G, me)      /* a commit was killed, or is at work */
			fi
		fi
	od;
	/* = the second half of store::sweep, and store::collect with its look without locks (HINT) */
	a = 0;
	do
	:: d_step { z = 0; do :: a < A && !((tree[a] || whole[a]) && (!whole[a] || HINT(a))) -> a++ :: else -> break od; z = 0 };
		if
		:: a >= A -> break
		:: else ->
			if
			:: !whole[a] ->
				if
				:: atomic { unpX[a] == 0 -> unpX[a] = me };
					d_step { if :: !whole[a] -> tree[a] = false :: else fi };
					unpX[a] = 0
				:: unpX[a] != 0
				fi
			:: else -> collect_one(a, me)
			fi;
			a++
		fi
	od;
	a = 0;
	d_step { k = 0; b = 0; r = 0 }
}

/* ---- a change: = toolchain::make_change, run_round ---- */

/* = toolchain::materialise_one, with prepare_unpacking and publish_tree; more of it in materialise.pml */
inline materialise(a, me) {
	atomic { (pinX[a] == 0 || pinX[a] == me) -> pinS[a] = pinS[a] | me };
	if
	:: whole[a]
	:: else ->
		atomic { unpX[a] == 0 -> unpX[a] = me };
		if
		:: whole[a]
		:: else ->
			d_step { tree[a] = false; };
			tree[a] = true;
			whole[a] = true
		fi;
		unpX[a] = 0
	fi
}

#define RESULT(x) (((x) & ~rem) | add)

proctype Writer(byte id; byte t; byte op; byte rem; byte add) {
	byte me = BIT(id);
	byte base, x, want, a, k, b, r, n;
#ifdef READDIR
	byte c0, c1;
#endif
	{
		true;
plan:		true;
		if :: op == UNINSTALL -> goto lock :: else fi;                        /* = Engine::uninstall: no plan */
		/* = read_current: the planner holds what it plans from, as any reader; it waits for a
		 * collector's try at most, and reads the name again */
		base = cur[t];
		if
		:: base != 0 ->
			atomic { genX[AT(t,base)] == 0 -> genS[AT(t,base)] = genS[AT(t,base)] | me };
			if
			:: cur[t] != base -> d_step { genS[AT(t,base)] = genS[AT(t,base)] & ~(me); base = 0 }; goto plan
			:: else
			fi
		:: else
		fi;
		/* = load_snapshot, Planner */
		d_step { x = (base -> comp[AT(t,base)] : 0); want = RESULT(x); n = 0 };
		if
		:: base == 0 && op == ADD -> goto done                            /* error: not installed */
		:: base != 0 && want == x -> goto done             /* nothing to change */
		:: else
		fi;
		do
		:: d_step { z = 0; do :: a < A && !((want & ~x) & BIT(a)) -> a++ :: else -> break od; z = 0 };
			if :: a >= A -> break :: else -> materialise(a, me); a++ fi
		od;
		a = 0;
		d_step { x = 0 };
#ifdef NO_PIN
		unpin(me);
#endif
lock:		atomic { nameX[t] == 0 -> nameX[t] = me };                            /* = lock_toolchain */
		if
		:: op == UNINSTALL && cur[t] == 0 -> nameX[t] = 0; goto done
#ifndef NO_REREAD
		:: op != UNINSTALL && cur[t] != base ->                               /* = store::commit: moved */
			d_step { if :: base != 0 -> genS[AT(t,base)] = genS[AT(t,base)] & ~(me) :: else fi; base = cur[t]; want = 0 };
			/* = run_again, load_snapshot_again: once more, with the name held, and nothing waited for */
			if
			:: atomic { base != 0 && genX[AT(t,base)] == 0 -> genS[AT(t,base)] = genS[AT(t,base)] | me };
				d_step { x = comp[AT(t,base)]; want = RESULT(x); z = 0; do :: z < A && (!((want & ~x) & BIT(z)) || (pinS[z] & me)) -> z++ :: else -> break od; n = (z < A); z = 0 };
				if
				:: want == x -> d_step { nameX[t] = 0; x = 0; n = 0 }; goto done      /* nothing to change */
				:: want != x && n ->                                      /* more is wanted than is pinned */
					d_step { nameX[t] = 0; genS[AT(t,base)] = genS[AT(t,base)] & ~(me); base = 0; want = 0; x = 0; n = 0 };
					goto plan
				:: else -> d_step { x = 0 }
				fi
			:: atomic { base == 0 || genX[AT(t,base)] != 0 -> nameX[t] = 0; base = 0 }; goto plan
			fi
#endif
		:: else
		fi;
		if
		:: op == UNINSTALL ->                                                 /* = store::commit_removal */
#ifndef REUSE_NUMBERS
			d_step { last[t]++; tomb[t] = last[t] };                      /* its record, then the name */
#endif
			d_step { cur[t] = 0 }
		:: else ->                                                            /* = store::commit */
#ifdef REUSE_NUMBERS
			d_step { n = G-1; do :: n > 0 && dir[AT(t,n)] == NONE -> n-- :: else -> break od; n++; z = 0 };
#else
			d_step { last[t]++; n = last[t] };
#endif
			assert(n < G);
			comp[AT(t,n)] = want;                                         /* record, directory, name */
			d_step {
				z = 0; do :: z < A -> assert(!(want & BIT(z)) || (tree[z] && whole[z])); z++ :: else -> break od; z = 0;
				assert(dir[AT(t,n)] == NONE); dir[AT(t,n)] = DIR
			};
			d_step {
				assert(want == RESULT((cur[t] -> comp[AT(t,cur[t])] : 0)));
				z = 0; do :: z < A -> assert(!(want & BIT(z)) || (tree[z] && whole[z])); z++ :: else -> break od; z = 0;
				assert(dir[AT(t,n)] == DIR);
				cur[t] = n; n = 0; want = 0                           /* = switch_name */
			}
		fi;
		nameX[t] = 0;
		/* the end of run_round and make_change: the planner's range, the pins */
		d_step {
			if :: base != 0 -> genS[AT(t,base)] = genS[AT(t,base)] & ~(me); base = 0 :: else fi;
			z = 0; do :: z < A -> pinS[z] = pinS[z] & ~(me); z++ :: else -> break od; z = 0
		};
		collect(me);
done:		end(me)
	} unless { gone & me }
}

/* ---- readers ---- */

/* = the loop over a tool's trees in proxy::try_generation; wrong: what must not be so where a range is busy */
inline lock_uses(wrong) {
	do
	:: d_step { z = 0; do :: a < A && !(x & BIT(a)) -> a++ :: else -> break od; z = 0 };
		if
		:: a >= A -> break
		:: else ->
			if
			:: atomic { useX[a] == 0 -> useS[a] = useS[a] | me; a++ }
			:: atomic { useX[a] != 0 -> assert(!(wrong)); a = LOST; break }
			fi
		fi
	od
}
#define RELY(t,n) z = 0; do :: z < A -> if :: x & BIT(z) -> assert(tree[z] && whole[z]); loads[z] = loads[z] | me :: else fi; z++ :: else -> break od; z = 0; \
		assert(dir[AT(t,n)] == DIR); runs[AT(t,n)] = runs[AT(t,n)] | me

/* = proxy::pin_current */
proctype Proxy(byte id; byte t; byte needs; bool root) {
	byte me = BIT(id);
	byte n, x, a;
	{
		true;
again:		n = cur[t];
		if :: n == 0 -> goto done :: else fi;                                 /* not installed */
#ifndef NO_GEN_PIN
		if
		:: atomic { genX[AT(t,n)] == 0 -> genS[AT(t,n)] = genS[AT(t,n)] | me }
		:: atomic { genX[AT(t,n)] != 0 -> assert(cur[t] != n); n = 0; goto again }
		fi;
#endif
		x = comp[AT(t,n)] & needs;                                            /* the proxy table */
		lock_uses(cur[t] == n);
		if :: a == LOST -> a = 0; release(me); goto again :: else -> a = 0 fi;
#ifndef NO_RECHECK
		if
		:: cur[t] != n -> release(me); goto again
		:: atomic { cur[t] == n -> RELY(t, n) }
		fi;
#else
		d_step { RELY(t, n) };
#endif
		if :: root -> d_step { sess = n; rootgen = n } :: else fi;
		skip;                                                                 /* run */
		if :: root -> rootgen = 0 :: else fi;
done:		true;
		d_step { if :: root -> rootover = true :: else fi; n = 0; x = 0 };
		end(me)
	} unless { gone & me }
}

/* = proxy::pin_session: rustc below cargo, by the number in its environment (proxy::find_session); its
 * root may be gone and its number, too. "afresh" is pin_current, which Proxy is. */
proctype Member(byte id; byte t; byte needs) {
	byte me = BIT(id);
	byte n, x, a;
	{
		if :: sess != 0 -> n = sess :: rootover && sess == 0 -> goto done fi;
#ifndef NO_GEN_PIN
		if
		:: atomic { genX[AT(t,n)] == 0 -> genS[AT(t,n)] = genS[AT(t,n)] | me }
		:: atomic { genX[AT(t,n)] != 0 -> assert(rootgen != n); goto done }   /* afresh */
		fi;
#endif
#ifndef BLIND_MEMBER
		/* = is_whole */
		if :: atomic { dir[AT(t,n)] != DIR -> assert(rootgen != n); goto done } :: dir[AT(t,n)] == DIR fi;
#endif
		x = comp[AT(t,n)] & needs;
		lock_uses(rootgen == n);
		if :: a == LOST -> goto done :: else -> a = 0 fi;
#ifndef BLIND_MEMBER
		if
		:: d_step { (x & ((whole[0] -> 1 : 0) | (whole[1] -> 2 : 0) | (whole[2] -> 4 : 0))) == x -> RELY(t, n) }
		:: atomic { else -> assert(rootgen != n); goto done }                 /* a tree that its root did not hold */
		fi;
#else
		d_step { RELY(t, n) };
#endif
		skip;
done:		true;
		d_step { n = 0; x = 0; a = 0 };
		end(me)
	} unless { gone & me }
}

#ifdef REPAIR_IN_PLACE
proctype Repair(byte id; byte a) {
	byte me = BIT(id);
	atomic { unpX[a] == 0 && whole[a] -> unpX[a] = me };
	d_step { assert(loads[a] == 0); whole[a] = false; tree[a] = false };
	tree[a] = true; whole[a] = true;
	unpX[a] = 0
}
#endif

/* SIGKILL: the kernel drops the ranges of the dead at once. A victim that has ended is none. */
#define KILL(p) atomic { (MORTALS & BIT(p)) && !(gone & BIT(p)) -> gone = gone | BIT(p); \
		if :: p == 3 -> rootgen = 0; rootover = true :: else fi; release(BIT(p)) }

/* He waits for the others' end: so a run in which nobody is killed is searched once, and not anew for each
 * moment at which he might have given up. Who would wait for ever may be killed until then, so what a search
 * without kills finds is not found here: `run` wants both. */
#define OR_KILL(p) :: atomic { KILL(p); k++; if :: k == KILLS -> break :: else fi }

proctype Killer() {
	byte k;
	do
	OR_KILL(0) OR_KILL(1) OR_KILL(2) OR_KILL(3) OR_KILL(4) OR_KILL(5)
	:: _nr_pr == 2 -> break
	od
}

init {
	byte a, k, b, r, n;
#ifdef READDIR
	byte c0, c1;
#endif
	atomic {
		if :: KILLS > 0 -> run Killer() :: else fi;                   /* first: pids end in reverse order */
		cur[0] = 1; last[0] = 1; comp[AT(0,1)] = 3; dir[AT(0,1)] = DIR;          /* {0,1} */
		cur[1] = 1; last[1] = 1; comp[AT(1,1)] = 1; dir[AT(1,1)] = DIR;          /* {0} */
		tree[0] = true; whole[0] = true; tree[1] = true; whole[1] = true;
#if SCEN == 1   /* update and add, artifacts shared */
		run Writer(0, 0, ADD, BIT(0), BIT(2));
		run Writer(1, 1, ADD, BIT(0), BIT(1));
		run Proxy(3, 0, 3, true); run Member(5, 0, 1);
#endif
#if SCEN == 2   /* two changes of one toolchain: the first takes away what is not needed, then an update */
		run Writer(0, 0, ADD, BIT(1), 0);
		run Writer(1, 0, ADD, BIT(0), BIT(2));
		run Proxy(3, 0, 5, true); run Member(5, 0, 1);
#endif
#if SCEN == 3   /* uninstall against reinstall and a session of old */
		run Writer(0, 0, UNINSTALL, 0, 0);
		run Writer(1, 0, INSTALL, 0, BIT(2));
		run Proxy(3, 0, 3, true); run Member(5, 0, 3);
#endif
#if SCEN == 4   /* uninstall against add; two readers, two toolchains */
		run Writer(0, 0, UNINSTALL, 0, 0);
		run Writer(1, 0, ADD, BIT(0), BIT(2));
		run Proxy(3, 0, 3, true); run Proxy(4, 1, 1, false);
#endif
#if SCEN == 5   /* gone from one toolchain while it comes to the other, and back */
		run Writer(0, 0, ADD, BIT(0), 0);
		run Writer(1, 1, ADD, BIT(0), BIT(2));
		run Writer(2, 1, ADD, 0, BIT(0));
		run Proxy(4, 1, 1, false);
#endif
#if SCEN == 6   /* three changes of one toolchain */
		run Writer(0, 0, ADD, 0, BIT(2));
		run Writer(1, 0, ADD, BIT(1), 0);
		run Writer(2, 0, ADD, BIT(0), 0);
		run Proxy(3, 0, 3, false);
#endif
#if SCEN == 7   /* uninstall, install, change: three writers, one name */
		run Writer(0, 0, UNINSTALL, 0, 0);
		run Writer(1, 0, INSTALL, 0, BIT(2));
		run Writer(2, 0, ADD, BIT(0), BIT(1));
		run Proxy(3, 0, 7, false);
#endif
#if SCEN == 8   /* a change of one toolchain, a reader of another that shares what is taken away */
		run Writer(0, 0, ADD, BIT(0), BIT(2));
		run Proxy(4, 1, 1, false);
#endif
#if SCEN == 9   /* taken from one toolchain while the other, which keeps it, changes */
		run Writer(0, 0, ADD, BIT(0), 0);
		run Writer(1, 1, ADD, 0, BIT(2));
		run Proxy(4, 1, 1, false);
#endif
#if SCEN == 10  /* the smallest change that leaves a tree to delete */
		run Writer(0, 0, ADD, BIT(1), 0);
#endif
#if SCEN == 11  /* a tree is deleted here, wanted there */
		run Writer(0, 0, ADD, BIT(1), 0);
		run Writer(1, 1, ADD, 0, BIT(1));
#endif
#if SCEN == 12  /* a tree is deleted here, wanted there, and read there as soon as it is named */
		run Writer(0, 0, ADD, BIT(1), 0);
		run Writer(1, 1, ADD, 0, BIT(1));
		run Proxy(4, 1, 2, false);
#endif
#ifdef REPAIR_IN_PLACE
		run Repair(6, 0);
#endif
	}
	_nr_pr == 1;                                                   /* all ended: nobody waits for ever */
	collect(64);                                                   /* the next change */
	d_step {
		k = 0;
		do :: k < T*G -> assert((dir[k] == DIR) == (k % G > 0 && cur[k/G] == k % G)); assert(genS[k] == 0 && genX[k] == 0); k++ :: else -> break od;
		a = 0;
		do :: a < A -> assert(whole[a] == NAMED(a) && tree[a] == whole[a]); assert(!(useS[a] || useX[a] || pinS[a] || pinX[a] || unpX[a])); a++ :: else -> break od;
		a = 0; k = 0
	}
}
