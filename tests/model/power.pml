/* Power failures: what is on the disk, what counts as whole, who reads it again, who repairs it.
 *
 * Two toolchains name one tree of component x; the second has y as well. Actors of one boot run
 * until the power fails, at any step; those of the next boot go on with what the disk then holds.
 *
 *   tree, idx   store/<tree>, store/<tree>.json; a tree's id is its component's * V + its repair (-2, -3)
 *   bad, ibad   content is not as it was written;      dsk, idsk    it has reached the disk
 *   iboot, isync, idam   the index's boot id, `synced`, `damaged`
 *   comp, tboot, tsync   a generation's record and proxy table;  cbad, cdsk   these, and rustup's metadata
 *   gbad        which of the files that a generation shows are bad: hard links to what its trees were
 *   unp, pinS, tc, loads   unpack, pin (shared), toolchain, use (shared)
 *
 * Of the file system is assumed what tests/crash/power assumes: names come onto the disk in the order
 * in which they were made, so that a failure which loses the last ones is one at an earlier step; a
 * file's content comes at any time, or never, unless fsync or syncfs was waited for.
 *
 * Checked: a tool that starts is of a generation whose files are all as they were written, whatever
 * was lost; no record, no table and no metadata of a current generation is ever lost; of a tree that
 * is marked as synced, neither files nor index are; nobody blocks for ever.
 *
 * Weakenings, each of which `run` refutes:
 *   SWITCH_UNSYNCED     a commit does not wait for its record before the name leads there
 *   BOOT_IGNORED        what was never synced counts as whole in a later boot, too
 *   SYNCED_EARLY        `synced` is written before syncfs has returned
 *   SYNCED_BY_NAME      SyncMark does not look whether it still is the tree that was synced
 *   MARK_UNSYNCED       marks are renamed over an index that is on the disk, without an fsync
 *   KEPT_UNREAD         a change builds on a generation that nobody has read since the boot
 *   MARKED_ONLY         who repairs another toolchain replaces what is marked, and reads nothing
 *   REPAIR_IN_PLACE     a damaged tree is unpacked anew under its name, for the generation that is there
 *   UNPINNED_LOOK       a tree is read without `pin`
 *   UNREADABLE_IS_ABSENT an index that cannot be parsed counts as none
 */
#define BIT(a) (1<<(a))
#ifndef SCEN
#define SCEN 1
#endif
#if SCEN == 4
#define V 3
#define LAST 2                                  /* the last boot */
#else
#define V 2
#define LAST 1
#endif
#define NV (2*V)
#define T 2
#define G 5
#define AT(t,n) ((t)*G+(n))
#define ABSENT 0
#define WHOLE 1
#define DAMAGED 2
#define CHANGE 0
#define PROXY 1
#define CLEAN 2
#define ALL (BIT(NV)-1)
#define KIND(k) (((1<<V)-1) << ((k)*V))         /* all trees of a component */

byte boot = 0;
byte tree, idx, bad, ibad, dsk, idsk, isync, idam;       /* bit masks of trees */
byte iboot[NV];
byte unp[NV], pinS[NV], loads[NV], tc[T];
byte name[T], comp[T*G], gbad[T*G], tboot[T*G];
bool cbad[T*G], cdsk[T*G], tsync[T*G];
byte last[T];
hidden byte z;

#define NAMED(v) (((comp[AT(0,name[0])] | comp[AT(1,name[1])]) & BIT(v)) != 0)

/* = store::mark_tree, under unp[v] */
#ifdef MARK_UNSYNCED
#define DURABLY idsk = idsk & ~BIT(v)
#else
#define DURABLY idsk = idsk | BIT(v)            /* = save_staged_durably: before the rename */
#endif

#ifdef BOOT_IGNORED
#define SINCE_BOOT(b) true
#else
#define SINCE_BOOT(b) ((b) == boot)
#endif

/* = store::check_tree; c = its answer */
inline check_tree(v) {
	if
	:: atomic { !(idx & BIT(v)) -> c = ABSENT }
#ifdef UNREADABLE_IS_ABSENT
	:: atomic { (idx & ibad & BIT(v)) -> c = ABSENT }
#else
	:: atomic { (idx & ibad & BIT(v)) -> c = DAMAGED }
#endif
	:: atomic { (idx & ~ibad & BIT(v)) && (idam & BIT(v)) -> c = DAMAGED }
	:: atomic { (idx & ~ibad & BIT(v)) && !(idam & BIT(v)) && ((isync & BIT(v)) || SINCE_BOOT(iboot[v])) -> c = WHOLE }
	:: atomic { (idx & ~ibad & BIT(v)) && !(idam & BIT(v)) && !(isync & BIT(v)) && !SINCE_BOOT(iboot[v]) };
		d_step { assert(tree & idx & BIT(v)); c = (bad & BIT(v) -> DAMAGED : WHOLE) };       /* = find_damage */
		if
		:: d_step { unp[v] == 0 ->
			assert(idx & BIT(v));
			if :: c == WHOLE -> isync = isync | BIT(v) :: else -> idam = idam | BIT(v) fi;
			DURABLY }
		:: unp[v] != 0
		fi
	fi
}

/* = store::SyncMark, of generation n of t */
inline mark_synced(n) {
	v = 0;
	do
	:: d_step { do :: v < NV && !(comp[AT(t,n)] & ~isync & BIT(v)) -> v++ :: else -> break od };
		if
		:: v >= NV -> break
		:: else ->
			/* One step: under `unpack` nobody deletes the tree, whatever becomes of the name. */
			if
			:: atomic { unp[v] != 0 -> n = 0; v = NV; break }                     /* the next change's */
#ifdef SYNCED_BY_NAME
			:: d_step { unp[v] == 0 ->
#else
			:: atomic { unp[v] == 0 && name[t] != n -> n = 0; v = NV; break }
			:: d_step { unp[v] == 0 && name[t] == n ->
#endif
				if :: idx & ~ibad & BIT(v) -> isync = isync | BIT(v); DURABLY :: else fi;
				v++ }
			fi
		fi
	od;
	if
	:: n != 0 ->
		if
		:: d_step { tc[t] == 0 -> if :: name[t] == n -> tsync[AT(t,n)] = true :: else fi }
		:: tc[t] != 0
		fi
	:: else
	fi;
	v = 0
}

#define SYNC d_step { dsk = dsk | tree; idsk = idsk | idx; z = 0; do :: z < T*G -> cdsk[z] = true; z++ :: else -> break od; z = 0 }

/* What is on the disk by now, and may be called so: syncfs, then SyncMark::set */
inline sync_and_mark(n) {
#ifdef SYNCED_EARLY
	mark_synced(n); SYNC
#else
	SYNC; mark_synced(n)                                                                  /* = sync_file_system */
#endif
}

/* = the first half of toolchain::make_whole, and find_damaged; d = the damaged trees of t */
inline examine() {
	d_step { n = name[t]; d = 0; v = 0; assert(!cbad[AT(t,n)]) };                         /* = load_record */
	if
	:: n != 0 ->
		sure = (tsync[AT(t,n)] || SINCE_BOOT(tboot[AT(t,n)]));                        /* = is_sure */
		do
		:: d_step { do :: v < NV && !(comp[AT(t,n)] & BIT(v)) -> v++ :: else -> break od };
			if
			:: v >= NV -> break
			:: else ->
#ifndef UNPINNED_LOOK
				pinS[v] = pinS[v] | me;
#endif
				check_tree(v);
				d_step {
					if :: c != WHOLE -> d = d | BIT(v) :: else fi;
					pinS[v] = pinS[v] & ~me; c = 0; v++
				}
			fi
		od;
		if
		:: !sure && d == 0 -> sync_and_mark(n)
		:: else
		fi
	:: else
	fi;
	d_step { n = 0; v = 0; sure = false }
}

/* = toolchain::materialise_one, of component k: what v is in the end, pinned */
inline materialise(k) {
	v = k*V;
	do
	:: pinS[v] = pinS[v] | me;
		check_tree(v);
		if
		:: c == ABSENT ->
			atomic { unp[v] == 0 -> unp[v] = me };
			check_tree(v);
			if
			:: c == ABSENT ->
				d_step { if :: !(idx & BIT(v)) -> tree = tree & ~BIT(v) :: else fi };       /* = prepare_unpacking */
				d_step { assert(!(tree & BIT(v)));                                        /* = publish_tree */
					tree = tree | BIT(v); bad = bad & ~BIT(v); dsk = dsk & ~BIT(v) };
				d_step { idx = idx | BIT(v); ibad = ibad & ~BIT(v); idsk = idsk & ~BIT(v);
					isync = isync & ~BIT(v); idam = idam & ~BIT(v); iboot[v] = boot; c = WHOLE }
			:: else
			fi;
			unp[v] = 0
		:: else
		fi;
		if
		:: c == WHOLE -> break
		:: else ->
#ifdef REPAIR_IN_PLACE
			atomic { unp[v] == 0 -> unp[v] = me };
			d_step { idx = idx & ~BIT(v); tree = tree & ~BIT(v) };
			d_step { tree = tree | BIT(v); bad = bad & ~BIT(v); dsk = dsk & ~BIT(v); idx = idx | BIT(v);
				ibad = ibad & ~BIT(v); idsk = idsk & ~BIT(v); isync = isync & ~BIT(v); idam = idam & ~BIT(v);
				iboot[v] = boot; unp[v] = 0 };
			break
#else
			d_step { met = true; pinS[v] = pinS[v] & ~me; v++; assert(v < k*V+V) }      /* = repair_name */
#endif
		fi
	od;
	c = 0;
	d_step { x = (x & ~KIND(k)) | BIT(v); v = 0 }
}

/* = toolchain::clean_up: sync_if_cheap, collect; the steps of collect_tree are change.pml's */
inline clean_up() {
	if
	:: n = name[t]; if :: n != 0 -> sync_and_mark(n) :: else fi; n = 0                    /* cheap */
	:: true
	fi;
	d_step {
		z = 0;
		do
		:: z < NV ->
			if
			:: (tree & BIT(z)) && !NAMED(z) && pinS[z] == 0 && loads[z] == 0 && unp[z] == 0 ->
				tree = tree & ~BIT(z); idx = idx & ~BIT(z)
			:: else
			fi;
			z++
		:: else -> break
		od;
		z = 0
	}
}

/* = store::commit, after what run_round has planned: x is the result, base the current generation */
inline commit() {
	d_step { n = last[t]+1; last[t] = n; assert(n < G);
		comp[AT(t,n)] = x; gbad[AT(t,n)] = x & bad; tboot[AT(t,n)] = boot; tsync[AT(t,n)] = false;
		cbad[AT(t,n)] = false; cdsk[AT(t,n)] = false };
#ifndef SWITCH_UNSYNCED
	cdsk[AT(t,n)] = true;                                                                 /* = sync_generation */
#endif
	name[t] = n;                                                                          /* = switch_name */
	d_step { n = 0; tc[t] = 0; z = 0; do :: z < NV -> pinS[z] = pinS[z] & ~me; z++ :: else -> break od; z = 0 }
}

#define FORGET d_step { t = 0; n = 0; v = 0; c = 0; d = 0; x = 0; base = 0; met = false; verified = false; own = false; sure = false }

/* A command, a tool, or the end of another command, in one boot. `add` and `rem` are masks of components. */
proctype Actor(byte phase; byte id; byte kind; byte home; byte add; byte rem) {
	byte me = BIT(id);
	byte t = home, n, v, c, d, x, base;
	bool sure, met, verified, own;                  /* own: at its own change, not at a repair before it */
	boot >= phase;
#if SCEN == 3
	add == 0 || name[home] > 1 || boot != phase;    /* the second change comes after the first */
#endif
	{
		if
		:: kind == CLEAN -> clean_up(); goto done
		:: kind == CHANGE && phase == 0 -> own = true; goto change                      /* all is of this boot */
#ifdef KEPT_UNREAD
		:: kind == CHANGE && phase != 0 -> own = true; goto change
#else
		:: kind == CHANGE && phase != 0 -> goto whole
#endif
		:: kind == PROXY
		fi;
tool:		true;                                                                         /* = proxy::try_generation, pin_current: see change.pml */
		if
		:: atomic { name[t] == 0 -> goto done }
		:: atomic { name[t] != 0 && !(verified || tsync[AT(t,name[t])] || SINCE_BOOT(tboot[AT(t,name[t])])) -> goto whole }
		:: atomic { name[t] != 0 && (verified || tsync[AT(t,name[t])] || SINCE_BOOT(tboot[AT(t,name[t])])) ->
			n = name[t];
			assert(!cbad[AT(t,n)] && gbad[AT(t,n)] == 0);
			assert((comp[AT(t,n)] & tree & idx & ~bad) == comp[AT(t,n)]);
			z = 0; do :: z < NV -> if :: comp[AT(t,n)] & BIT(z) -> loads[z] = loads[z] | me :: else fi; z++ :: else -> break od; z = 0 }
		fi;
		d_step { assert((comp[AT(t,n)] & tree & idx & ~bad) == comp[AT(t,n)]);           /* it runs */
			z = 0; do :: z < NV -> loads[z] = loads[z] & ~me; z++ :: else -> break od; z = 0; n = 0 };
		goto done;

whole:		true;                                                                         /* = toolchain::make_whole */
		examine();
		if :: d == 0 -> goto next :: else -> met = true fi;

change:		true;                                                                         /* = toolchain::run_round */
		d_step { base = name[t]; x = comp[AT(t,base)]; assert(!cbad[AT(t,base)]) };
		if
		:: own ->
			d_step { x = x & ~((rem & 1 -> KIND(0) : 0) | (rem & 2 -> KIND(1) : 0)) };
			if :: (add & 1) && !(x & KIND(0)) -> materialise(0) :: else fi;
			if :: (add & 2) && !(x & KIND(1)) -> materialise(1) :: else fi
		:: else ->                                                                    /* = plan_repair */
			if :: x & d & KIND(0) -> materialise(0) :: else fi;
			if :: x & d & KIND(1) -> materialise(1) :: else fi
		fi;
		if
		:: x == comp[AT(t,base)] -> d_step { z = 0; do :: z < NV -> pinS[z] = pinS[z] & ~me; z++ :: else -> break od; z = 0; base = 0; x = 0 }; goto next
		:: else
		fi;
		atomic { tc[t] == 0 -> tc[t] = me };
		if :: name[t] != base -> tc[t] = 0; goto change :: else fi;
		commit();
		d_step { base = 0; x = 0 };

next:		d = 0;
		if
		:: t == home && met ->                                                        /* = repair_others, find_patients */
			d_step { met = false; sure = false; t = 1-home; n = name[t] };
			if
			:: comp[AT(t,n)] & idx & (idam | ibad) ->
#ifdef MARKED_ONLY
				d_step { d = comp[AT(t,n)] & idx & (idam | ibad); n = 0; x = 0 };
				goto repair
#else
				d_step { n = 0; x = 0 };
				goto others
#endif
			:: else
			fi;
			n = 0
		:: else
		fi;
		goto over;
others:		true;
		examine();
		if :: d == 0 -> goto over :: else fi;
repair:		true;
		d_step { base = name[t]; x = comp[AT(t,base)] };
		if :: x & d & KIND(0) -> materialise(0) :: else fi;
		if :: x & d & KIND(1) -> materialise(1) :: else fi;
		if
		:: x == comp[AT(t,base)] -> d_step { z = 0; do :: z < NV -> pinS[z] = pinS[z] & ~me; z++ :: else -> break od; z = 0 }
		:: else ->
			atomic { tc[t] == 0 -> tc[t] = me };
			if :: name[t] != base -> tc[t] = 0; goto repair :: else fi;
			commit()
		fi;
		d_step { base = 0; x = 0; d = 0 };
over:		true;
		d_step { t = home; d = 0; met = false };
		clean_up();
		if
		:: own
		:: !own && kind == PROXY -> verified = true; goto tool
		:: !own && kind == CHANGE -> own = true; goto change
		fi;
done:		true;
		FORGET
	} unless { boot != phase; FORGET }
}

/* Of what has not reached the disk, any part is lost. */
#define LOSE(mask, on, lost, v) if :: (mask & ~on & BIT(v)) -> lost = lost | BIT(v) :: true fi

proctype Power() {
	byte v;
	do
	:: boot < LAST ->
		atomic {
			v = 0;
			do
			:: v < NV ->
				LOSE(tree, dsk, bad, v);
				LOSE(idx, idsk, ibad, v);
				assert(!(isync & (bad | ibad) & idx & BIT(v)));
				unp[v] = 0; pinS[v] = 0; loads[v] = 0;
				v++
			:: else -> break
			od;
			dsk = ALL; idsk = ALL;
			v = 0;
			do
			:: v < T*G ->
				if :: !cdsk[v] && comp[v] != 0 -> cbad[v] = true :: true fi;
				cdsk[v] = true;
				gbad[v] = gbad[v] | (comp[v] & bad);
				v++
			:: else -> break
			od;
			tc[0] = 0; tc[1] = 0; v = 0;
			boot++
		}
	:: else -> break
	od
}

init {
	atomic {
		tree = BIT(0) | BIT(V); idx = tree;
		name[0] = 1; last[0] = 1; comp[AT(0,1)] = BIT(0); cdsk[AT(0,1)] = true;
		name[1] = 1; last[1] = 1; comp[AT(1,1)] = BIT(0) | BIT(V); cdsk[AT(1,1)] = true;
#if SCEN == 1 || SCEN == 5                      /* x was synced long ago */
		dsk = BIT(0); idsk = BIT(0); isync = BIT(0); tsync[AT(0,1)] = true;
#endif
#if SCEN == 1 || SCEN == 5                      /* a change, then the power fails; a tool finds what is left */
		tree = BIT(0); idx = tree; comp[AT(1,1)] = BIT(0); tsync[AT(1,1)] = true;
		run Actor(0, 0, CHANGE, 0, 2, 0);
		run Actor(1, 1, PROXY, 0, 0, 0);
#if SCEN == 5   /* and another change wants the same tree */
		run Actor(1, 2, CHANGE, 1, 2, 0);
#endif
#endif
#if SCEN == 2   /* tools of both toolchains at once: one repairs for the other */
		run Actor(1, 1, PROXY, 0, 0, 0); run Actor(1, 2, PROXY, 1, 0, 0);
#endif
#if SCEN == 3   /* a tree goes, and comes again under its name, while another marks what it has synced */
		tree = BIT(V); idx = tree; name[0] = 0; comp[AT(1,1)] = BIT(V);
		run Actor(0, 0, CLEAN, 1, 0, 0); run Actor(0, 1, CHANGE, 1, 0, 2); run Actor(0, 2, CHANGE, 1, 2, 0);
#endif
#if SCEN == 6   /* changes of both toolchains after a failure */
		run Actor(1, 1, CHANGE, 1, 0, 2); run Actor(1, 2, PROXY, 1, 0, 0);
#endif
#if SCEN == 4   /* the power fails again, during repairs */
		run Actor(1, 1, PROXY, 0, 0, 0);
		run Actor(2, 2, PROXY, 1, 0, 0);
#endif
		run Power()
	}
	_nr_pr == 1
}
