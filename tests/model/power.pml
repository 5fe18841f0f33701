/* Power failures: what is on the disk, which state says so, who reads files again, who repairs.
 *
 * Two toolchains of two components; one command after another, and the power fails at any step. What one unpacking of
 * a component wrote is a set of inodes, v: other names of the same files share it.
 *
 *   vbad, vdsk          its content is not as it was written; it has reached the disk
 *   has[AT(t,c)]        which set the current generation of t has of c, 0: none
 *   sC, sP              t's state: listed, partial;  sU, sB, sI   unsynced, written in which boot, of which inode
 *   serial              ghost: which file the state is;  dI: the inode of the directory at its place;  away
 *   arr, arrB           arrived/: a set of c, and the boot in which it came
 *   iOk, iDsk           the tree's index can be read; it is on the disk.  mOk, mDsk: rustup's metadata and the tag
 *   stOk, stDsk         the state itself
 *   hOld                -DVOLUME: toolchains/ is a volume of its own, whose last exchange may be lost alone
 *
 * Of the file system is assumed what tests/crash/power assumes: names of one volume come onto the disk in the order in
 * which they were made, a file's content at any time, or never, unless fsync or syncfs was waited for.
 *
 * Checked: a tool that starts runs on files as they were written; no state, no metadata and no index is lost; what a
 * state calls synced is; the home is what the state says; in the end no file of a component is where none is listed.
 *
 * Weakenings, each of which `run` refutes:
 *   STATE_UNSYNCED    a state is renamed into its place without an fsync
 *   META_UNSYNCED     so is metadata
 *   INDEX_UNSYNCED    so is an index
 *   BOOT_IGNORED      what was never synced counts as whole in a later boot, too
 *   MARK_EARLY        a state says "synced" before syncfs has returned
 *   MARK_BY_WORD      … whatever was added meanwhile, as number and word are the same
 *   INTENT_SYNCED     an addition's mark does not say that the state is unsynced from now on
 *   KEPT_UNREAD       a change builds on a generation that nobody has read since the boot
 *   LINK_UNREAD       files are linked out of such a generation
 *   ARRIVED_UNREAD    what arrived in an earlier boot is moved out as it is
 *   CLONE_ANEW        the state of a clone says this boot
 *   CLONE_INODE       … or the inode of the directory that was cloned
 *   TAKE_MATCHING     of a partial component, only files that are as they were written are taken out
 *   EXCHANGE_UNSYNCED (-DVOLUME) the state leads home before the exchange is on the disk
 */
#ifndef COMMANDS
#define COMMANDS 3
#endif
#ifndef FAILURES
#define FAILURES 1
#endif
#define V 14
#define BIT(a) (1<<(a))
#define AT(t,c) ((t)*2+(c))
#define THERE(t) ((has[AT(t,0)] != 0 -> 1 : 0) | (has[AT(t,1)] != 0 -> 2 : 0))

bool vbad[V], vdsk[V], sU[2], away[2], stOk[2], stDsk[2], mOk[2], mDsk[2], iOk[2], iDsk[2];
byte has[4], sC[2], sP[2], sB[2], sI[2], dI[2], serial[2], arr[2], arrB[2];
bool hOld[2], lost[2];
byte boot, sets, inodes, commands, failures;
bool sure;
hidden byte z;

/* Of what has not reached the disk, any part is lost. */
#define LOSE(t) \
	if :: !stDsk[t] -> stOk[t] = false :: true fi; if :: !mDsk[t] -> mOk[t] = false :: true fi; \
	if :: hOld[t] && !away[t] -> lost[t] = true :: true fi; hOld[t] = false; stDsk[t] = true; mDsk[t] = true
inline power() {
	atomic {
		z = 1;
		do
		:: z <= sets -> if :: !vdsk[z] -> vbad[z] = true :: true fi; vdsk[z] = true; z++
		:: else -> break
		od;
		if :: !iDsk[0] -> iOk[0] = false :: true fi; if :: !iDsk[1] -> iOk[1] = false :: true fi;
		iDsk[0] = true; iDsk[1] = true;
		LOSE(0); LOSE(1);
		assert(!lost[0] && !lost[1]);
		z = 0; boot++; failures++
	}
}
#define STEP if :: failures < FAILURES && !sure -> goto fails :: true fi

#ifdef BOOT_IGNORED
#define SURE(t) true
#else
#define SURE(t) (!sU[t] || sB[t] == boot)
#endif
/* What was never synced, written by this machine in a boot that is over, at the inode that was written. */
#define DOUBTFUL(t) (!SURE(t) && sI[t] == dI[t])

#ifdef STATE_UNSYNCED
#define SAVED(t) serial[t]++; stDsk[t] = false
#else
#define SAVED(t) serial[t]++; stDsk[t] = true                   /* = save_state: fsync, then rename */
#endif
#ifdef META_UNSYNCED
#define META(t) mDsk[t] = false
#else
#define META(t) mDsk[t] = true
#endif
#define WROTE(t) sU[t] = true; sB[t] = boot; sI[t] = dI[t]
#define NEW_INODE(t) inodes++; dI[t] = inodes

#ifdef LINK_UNREAD
#define TO_LINK(o) true
#else
#define TO_LINK(o) SURE(o)
#endif
#ifdef ARRIVED_UNREAD
#define TO_MOVE(c) true
#else
#define TO_MOVE(c) (arrB[c] == boot)
#endif

/* v: a set of c's files for t, linked or moved or unpacked. = find_supply, prepare_unpacking, publish_tree */
inline supply(t, c, v, fresh) {
	if
	:: !(fresh) && (sC[1-(t)] & BIT(c)) && TO_LINK(1-(t)) -> v = has[AT(1-(t), c)]
	:: else ->
		if
		:: !(fresh) && arr[c] != 0 && TO_MOVE(c)
		:: else ->
			d_step { sets++; v = sets; assert(v < V); vbad[v] = false; vdsk[v] = false; arr[c] = v; arrB[c] = boot;
				iOk[c] = true;
#ifdef INDEX_UNSYNCED
				iDsk[c] = false
#else
				iDsk[c] = true
#endif
			};
			STEP
		fi;
		d_step { v = arr[c]; arr[c] = 0 }
	fi
}

#define SYNC d_step { z = 1; do :: z <= sets -> vdsk[z] = true; z++ :: else -> break od; z = 0 }

/* = ChangeInPlace::bring */
inline add(t, c) {
	d_step { sP[t] = sP[t] | BIT(c);
#ifndef INTENT_SYNCED
		WROTE(t);
#endif
		SAVED(t) };
	STEP;
	/* What is partial is of this boot or has been read: it is whole. */
	if :: has[AT(t,c)] == 0 -> supply(t, c, v, false); has[AT(t,c)] = v; v = 0 :: else fi;
	STEP;
	d_step { META(t) }; STEP;
	d_step { sC[t] = sC[t] | BIT(c); sP[t] = sP[t] & ~BIT(c); WROTE(t); SAVED(t) };
	STEP
}
/* = take_out. By name: what is half written is ours, though it matches no index. */
inline take_out(t) {
	if
	:: sP[t] != 0 ->
#ifdef TAKE_MATCHING
		if :: (sP[t] & 1) && !vbad[has[AT(t,0)]] -> has[AT(t,0)] = 0 :: else fi;
		if :: (sP[t] & 2) && !vbad[has[AT(t,1)]] -> has[AT(t,1)] = 0 :: else fi;
#else
		if :: sP[t] & 1 -> has[AT(t,0)] = 0 :: else fi;
		if :: sP[t] & 2 -> has[AT(t,1)] = 0 :: else fi;
#endif
		STEP;
		d_step { sP[t] = 0; SAVED(t) }; STEP
	:: else
	fi
}

/* = ChangeInPlace::announce */
inline remove(t, c) {
	d_step { sC[t] = sC[t] & ~BIT(c); sP[t] = sP[t] | BIT(c); SAVED(t) }; STEP;
	d_step { META(t) }; STEP;
	if :: !sure :: true -> take_out(t) fi
}
/* What clean_up does last: without `toolchain`, so another may commit before the mark is written */
inline sync_and_mark(t) {
	if
	:: sU[t] && sB[t] == boot ->
		k = serial[t];
#ifndef MARK_EARLY
		SYNC;
#endif
		STEP;
		if :: !sure && !(sC[t] & 2) && sP[t] == 0 && sC[t] == 1 -> add(t, 1) :: true fi;        /* somebody else's */
		d_step {
#ifdef MARK_BY_WORD
			sU[t] = false; SAVED(t)
#else
			if :: serial[t] == k -> sU[t] = false; SAVED(t) :: else fi
#endif
		};
		STEP;
#ifdef MARK_EARLY
		SYNC;
#endif
		k = 0
	:: else
	fi
}

/* = settle: the clone is other names of the same files, in a directory of its own */
inline settle(t) {
	if
	:: away[t] ->
		d_step { META(t);
#ifdef VOLUME
			hOld[t] = true
#endif
		};
		STEP;                                                   /* such a home is replaced: hands.pml */
#ifndef EXCHANGE_UNSYNCED
		hOld[t] = false;                                            /* the exchange is waited for */
#endif
		d_step { away[t] = false; NEW_INODE(t);
#ifdef CLONE_ANEW
			sB[t] = boot;
#endif
#ifndef CLONE_INODE
			sI[t] = dI[t];
#endif
			SAVED(t) };
		STEP
	:: !sure
	:: else
	fi
}

/* A generation away: what is whole is linked, what is damaged comes anew. = make_generation */
inline repair(t) {
	if :: d & 1 -> supply(t, 0, v, true); x = v; v = 0 :: else -> x = has[AT(t,0)] fi;
	if :: d & 2 -> supply(t, 1, v, true); y = v; v = 0 :: else -> y = (sC[t] & 2 -> has[AT(t,1)] : 0) fi;
	d_step { has[AT(t,0)] = x; has[AT(t,1)] = y; away[t] = true; NEW_INODE(t); META(t); sP[t] = 0; WROTE(t); SAVED(t); x = 0; y = 0 };
	STEP
}

/* = make_whole: before a tool starts, before a change */
inline make_whole(t) {
	if
	:: DOUBTFUL(t) ->
		d_step { assert(iOk[0] && iOk[1]);
			d = (vbad[has[AT(t,0)]] -> 1 : 0) | (vbad[has[AT(t,1)]] -> 2 : 0) };
		if
		:: d & sC[t] -> d = d & sC[t]; repair(t)
		:: else ->
			if :: d & sP[t] -> take_out(t) :: else fi;
			d_step { sU[t] = false; SAVED(t) };
			STEP
		fi;
		d = 0
	:: else
	fi
}

inline start_tool(t) {                                          /* = pin_current, then make_whole, if it must be */
	make_whole(t);
	d_step { assert(stOk[t] && mOk[t]);
		assert(!vbad[has[AT(t,0)]] || !(sC[t] & 1)); assert(!vbad[has[AT(t,1)]] || !(sC[t] & 2));
		assert((THERE(t) & sC[t]) == sC[t]) }
}

#define TRUTHFUL(t) (sU[t] || ((!(sC[t] & 1) || vdsk[has[AT(t,0)]]) && (!(sC[t] & 2) || vdsk[has[AT(t,1)]])))

init {
	byte t, k, v, d, x, y, op;
	d_step {
		/* Both have the first component, synced long ago. */
		sets = 1; vdsk[1] = true; vdsk[0] = true; inodes = 2; dI[0] = 1; dI[1] = 2; sI[0] = 1; sI[1] = 2;
		has[AT(0,0)] = 1; has[AT(1,0)] = 1; sC[0] = 1; sC[1] = 1;
		stOk[0] = true; stOk[1] = true; mOk[0] = true; mOk[1] = true; stDsk[0] = true; stDsk[1] = true; mDsk[0] = true; mDsk[1] = true;
		iOk[0] = true; iOk[1] = true; iDsk[0] = true; iDsk[1] = true
	};
	do
	:: commands < COMMANDS ->
		commands++;
		if :: t = 0 :: t = 1 fi;
		if :: op = 1 :: op = 2 :: op = 3 :: op = 4 :: op = 5 fi;
#ifdef KEPT_UNREAD
		if :: op == 1 || op == 2 || op == 4 -> start_tool(t) :: else fi;
#else
		start_tool(t);
#endif
		if
		:: op == 1                                              /* a tool */
		:: op == 2 -> sync_and_mark(t)
		:: op == 3 && !(sC[t] & 2) -> add(t, 1)
		:: op == 4 && (sC[t] & 2) -> remove(t, 1)
		:: op == 5 -> d = 1; repair(t); d = 0; settle(t)        /* an update: the first component is another */
		:: else -> goto next
		fi;
		d_step { assert(TRUTHFUL(0) && TRUTHFUL(1)) };
		take_out(t); settle(t);
		if :: true -> sync_and_mark(t) :: true fi;
		goto next;
fails:		power();
next:		true;
		atomic { k = 0; v = 0; d = 0; x = 0; y = 0; op = 0; t = 0 }
		/* A clean-up settles without having read. */
		if :: t = 0 :: t = 1 :: t = 2 fi;
		if :: t < 2 -> settle(t) :: else fi
	:: else -> break
	od;
	sure = true;
	t = 0;
	do
	:: t < 2 -> start_tool(t); take_out(t); settle(t); start_tool(t); t++
	:: else -> break
	od;
	t = 0;
	d_step { assert(THERE(0) == sC[0] && THERE(1) == sC[1] && sP[0] == 0 && sP[1] == 0 && !away[0] && !away[1]); assert(TRUTHFUL(0) && TRUTHFUL(1)) }
}
