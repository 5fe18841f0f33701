/* settings.toml: read, changed and written by several; rustup's own file, so also made by who only reads.
 *
 *   file     what the name holds: 0 = no file, else 1 + the bit mask of changes in it; HALF = cut off
 *   draft    each writer's own file beside it (platform::rewrite_file, save_new_file)
 *   lock     `settings`, exclusive
 *
 * Checked: no change is lost; a reader never meets half a file; who makes the first file never
 * replaces another's; each process may be killed before each step.
 *
 * Weakenings, each of which `run` expects to fail:
 *   NO_LOCK             changes without `settings`
 *   READ_BEFORE_LOCK    what is changed was read before the range was held
 *   IN_PLACE            the file is written where it lies
 *   FIRST_REPLACES      the first file is renamed into place, whatever is there by then
 *   COMMON_DRAFT        all writers use one name for the draft
 */
#define W 3
#define HALF 255
#define BIT(a) (1<<(a))
#ifndef KILLS
#define KILLS 1
#endif

byte file = 0, lock = 0, done = 0, gone = 0;
byte draft[W+1];
hidden byte z;

#ifdef COMMON_DRAFT
#define DRAFT(i) draft[0]
#else
#define DRAFT(i) draft[i]
#endif

/* = config::load_settings, which makes the file that is not there */
inline load_settings(i) {
	d_step { assert(file != HALF); s = file };
	if
	:: s == 0 ->
		DRAFT(i) = 1;
#ifdef FIRST_REPLACES
		d_step { file = DRAFT(i); DRAFT(i) = 0 };
#else
		d_step { if :: file == 0 -> file = DRAFT(i) :: else fi; DRAFT(i) = 0 };      /* = save_new_file: link(2) */
#endif
		d_step { assert(file != HALF); s = file }
	:: else
	fi
}

/* = Context::change_settings, config::update_settings */
proctype Change(byte i) {
	byte s;
	{
#ifdef READ_BEFORE_LOCK
		load_settings(i);
#endif
#ifndef NO_LOCK
		atomic { lock == 0 -> lock = i+1 };
#endif
#ifndef READ_BEFORE_LOCK
		load_settings(i);
#endif
#ifdef IN_PLACE
		file = HALF;
		d_step { file = s | BIT(i+1); done = done | BIT(i+1) };
#else
		DRAFT(i) = HALF;                                                             /* = config::save */
		DRAFT(i) = s | BIT(i+1);
		d_step { assert(DRAFT(i) == (s | BIT(i+1))); file = DRAFT(i); DRAFT(i) = 0; done = done | BIT(i+1) };
#endif
		atomic { if :: lock == i+1 -> lock = 0 :: else fi; gone = gone | BIT(i); s = 0 }
	} unless { gone & BIT(i) }
}

/* Any command, and a proxy: reads without the range. */
proctype Reader() {
	byte s;
	load_settings(W);
	d_step { assert(s != 0 && s != HALF); s = 0 }
}

proctype Killer() {
	byte k;
	do
	:: k < KILLS -> k++;
		if
		:: atomic { !(gone & 1) -> gone = gone | 1; if :: lock == 1 -> lock = 0 :: else fi }
		:: atomic { !(gone & 2) -> gone = gone | 2; if :: lock == 2 -> lock = 0 :: else fi }
		:: atomic { !(gone & 4) -> gone = gone | 4; if :: lock == 3 -> lock = 0 :: else fi }
		:: true
		fi
	:: break
	od
}

init {
	atomic { run Change(0); run Change(1); run Change(2); run Reader(); if :: KILLS > 0 -> run Killer() :: else fi };
	_nr_pr == 1;
	d_step { assert(file != HALF && (file & done) == done && lock == 0); z = 0 }
}
