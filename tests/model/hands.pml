/* Whose directory is at home: what hands, caches and rustup itself do to it between commands, killed ones too.
 *
 * One toolchain, one command after another, each killed at any step; who is in a directory is any or nobody.
 *
 *   home, hRel, hF         a directory at home: its release, its files (two components; 4: a file of the user's)
 *   hC, hM                 rustup's metadata in it: what `components` lists; the manifest's size and mtime
 *   tW, tPar, tC, tM       its tag: word, the word of the state it was made from, metadata as it was made
 *   away, aRel, aF         the generation away that the state names
 *   sW, sPl, sC, sP        the state: word (0: none), place, listed, partial
 *   oC, oM, iC, iM         … metadata at its home: as it is, and as a change in progress will leave it
 *   lW, lC, lM, lK         … if its place is not home: what is known to be behind there; lK all its components
 *   xF                     a folder of a leaving component, taken out of the directory: its files
 *   sD                     … it is doomed: deleted in place, tag and metadata first
 *   hasWant, wRel, wC, wU  ghost: what is current: after the last commit, or after what hands did since
 *
 * Hands: rustup adds, removes, updates in place; a copy is restored, with or without its times; the home is deleted,
 * or comes anew without a tag; a file of the user's is put into it; latchkey/ is lost.
 *
 * Checked: after one more command, killed by nobody and in nobody's way, the home is what is wanted: its release, what
 * its metadata lists, those files and the user's, and no others. Nothing is away.
 *
 * Not promised: hands that act while a command holds `toolchain`; a restored copy that is to the bit what the state
 * knows to be behind, or removed, counts as that.
 *
 * Weakenings, each of which `run` refutes:
 *   TAG_ONLY         metadata is not compared
 *   NO_MANIFEST      the manifest's size and mtime are not compared
 *   NO_INTENT        the state holds no metadata but the last that is complete
 *   OPEN             a clean-up that completes a change leaves the metadata before it among what the state accepts
 *   TAKEN_AS_CHILD   the tag of what is taken over says that it is made from the state
 *   BY_PARENT        a clone is a killed command's whatever became of its metadata
 *   CLONE_BY_STATE   … if its metadata is the state's, and not what its own tag says
 *   LAG_KEPT         a new state keeps what the old one knew to be behind, whatever is at home by now
 *   LAG_LISTED       what is behind is known by what it lists, without what is partial
 *   KNOWN_BY_STATE   a clone's files are known by the state's list, not by its own metadata
 *   HANDS_FORGET     what is taken over forgets what was partial
 *   CARRY_LATE       (FS=1, 2) the user's files in a home come along in the clone alone
 *   BACK_LATE        what is the user's of a taken folder is given back by a clean-up alone
 *   TAKEN_IS_JUNK    … and not at all
 *   NO_DOOM          (FS=2) what is deleted in place is not marked first
 *   DOOM_ALL         … what is found there is replaced, though it has metadata of its own again
 *   DOOM_BARE        … the mark does not say what it is that is deleted
 *   NO_DOOM_REMOVED  … only where the toolchain is removed
 */
#ifndef KILLS
#define KILLS 1
#endif
#ifndef HANDS
#define HANDS 1
#endif
#ifndef COMMANDS
#define COMMANDS 2
#endif
#ifndef FS
#define FS 0
#endif
#define HOME 0
#define AWAY 1
#define REMOVED 2
#define NONE 255
#define USER 4

bool home, away, sD, hasWant, sure;
byte hRel, hF, hC, hM, tW, tPar, tC, tM;
byte aRel, aF, sW, sPl, sC, sP, oC, oM, iC, iM, lW, lC, lM, lK;
byte wRel, wC, wU;
byte xF;
byte stray;                                     /* ghost: half a component that nothing names any more is like the user's */
bool vThere;                                    /* a copy that somebody keeps */
byte vRel, vF, vC, vM, vW, vPar, vTC, vTM;
byte words, stamps, rels;
byte kills, commands, hands;

#define FRESH(x, counter) counter++; x = counter; assert(counter < 255)
/* Killed here: the next command comes. */
#define STEP if :: kills < KILLS && !sure -> kills++; goto dead :: true fi

/* ---- who is it? ---- */

#ifdef TAG_ONLY
#define META(c1, m1, c2, m2) true
#else
#ifdef NO_MANIFEST
#define META(c1, m1, c2, m2) (hC == (c1) || hC == (c2))
#else
#define META(c1, m1, c2, m2) ((hC == (c1) || hC == (c2)) && (hM == (m1) || hM == (m2)))
#endif
#endif
#define OURS (sW != 0 && sPl == HOME && tW == sW && META(oC, oM, iC, iM))
#ifdef BY_PARENT
#define KILLED_CLONE (sW != 0 && tPar == sW)
#else
#ifdef CLONE_BY_STATE
#define KILLED_CLONE (sW != 0 && tPar == sW && META(sC, oM, sC, oM))
#else
#define KILLED_CLONE (sW != 0 && tPar == sW && META(tC, tM, tC, tM))
#endif
#endif
#ifdef DOOM_ALL
#define DOOMED sD
#else
#define DOOMED (sD && (hC == 0 || META(lC, lM, lC, lM)))
#endif
#define BEHIND (sPl != HOME && (DOOMED || KILLED_CLONE || (lW != 0 && tW == lW && META(lC, lM, lC, lM))))

/* = take_over. The first change of a plain directory, and of one that hands have changed. */
inline take_over() {
	if
	:: home && !OURS && !BEHIND ->
		d_step {
			k = (sW == 0 -> 0 : (sPl == HOME -> sP : lK)) & ~hC & 3;
#ifdef HANDS_FORGET
			k = 0
#endif
		};
		d_step { FRESH(n, words); tW = n; tC = hC; tM = hM;
#ifdef TAKEN_AS_CHILD
			tPar = sW
#else
			tPar = 0
#endif
		};
		STEP;
		d_step { sW = n; sPl = HOME; sC = hC; sP = k; oC = hC; oM = hM; iC = hC; iM = hM; lW = 0; lC = 0; lM = 0; lK = 0; sD = false };
		d_step { n = 0; k = 0 }
	:: !home && sW != 0 && sPl == HOME ->                   /* home absent, and nothing away: not installed */
		d_step { sW = 0; sC = 0; sP = 0; oC = 0; oM = 0; iC = 0; iM = 0 }
	:: else
	fi;
	STEP
}

/* ---- changes in place ---- */

/* The state says what the metadata will be before it is so. */
#ifdef NO_INTENT
#define INTEND(c) skip
#define DONE oC = hC; oM = hM; iC = hC; iM = hM
#else
#define INTEND(c) oC = hC; oM = hM; iC = c; stamps++; iM = stamps
#define DONE oC = hC; oM = hM
#endif
inline write_metadata(c) {
	if :: sPl == HOME -> hC = c; STEP;
#ifdef NO_INTENT
		stamps++; hM = stamps;
#else
		hM = iM;
#endif
		STEP
	:: else fi
}

/* = give_back_left */
inline give_back() {
	if
	:: xF != 0 ->
#ifndef TAKEN_IS_JUNK
		if
		/* What is no partial component's, as the state of now knows them. */
		:: (xF & ~sP) && sPl != REMOVED && home && !BEHIND -> d_step { hF = hF | (xF & ~sP); xF = xF & sP }; STEP
		:: (xF & ~sP) && sPl == AWAY && (!home || BEHIND) -> d_step { aF = aF | (xF & ~sP); xF = xF & sP }; STEP
		:: else
		fi;
#endif
		xF = 0; STEP
	:: else
	fi
}
#ifdef BACK_LATE
#define BACK_FIRST skip
#else
#define BACK_FIRST give_back()
#endif

/* A killed command's metadata, then its files. = clean_up, take_out */
inline take_out() {
	give_back();
	if
	:: sW != 0 && sPl == HOME && home && (hC != sC || hM != iM) ->
		d_step { INTEND(sC) }; STEP;
		write_metadata(sC);
#ifndef OPEN
		d_step { DONE }; STEP
	:: sW != 0 && sPl == HOME && home && hC == sC && hM == iM && (oC != iC || oM != iM) -> d_step { DONE }; STEP
#endif
	:: else
	fi;
	if
	:: sW != 0 && sP != 0 && sPl != REMOVED ->
		if
		:: sPl == HOME && home ->                                       /* = take_whole_folders */
			if :: true -> d_step { xF = hF & (sP | USER); hF = hF & ~(sP | USER) }; STEP; give_back() :: true fi;
			hF = hF & ~sP; STEP; sP = 0
		:: sPl == AWAY ->
			if :: true -> d_step { xF = aF & (sP | USER); aF = aF & ~(sP | USER) }; STEP; give_back() :: true fi;
			aF = aF & ~sP; STEP; sP = 0
		:: !sure                                                        /* somebody runs it */
		fi;
		STEP
	:: else
	fi
}

#ifdef KNOWN_BY_STATE
#define KNOWN (tPar == sW -> (sC | sP) : lK)
#else
#define KNOWN (hC | (tPar == sW -> 0 : lK))
#endif
#ifdef LAG_LISTED
#define PARTS(p) 0
#else
#define PARTS(p) (p)
#endif
/* What a state says of a home that is not its place. */
#ifdef LAG_KEPT
#define NOW_BEHIND if :: sPl == HOME -> lW = tW; lC = hC; lM = hM; lK = hC | PARTS(sP) :: else fi
#else
#define NOW_BEHIND if :: home -> lK = (hC | (sPl == HOME -> PARTS(sP) : (tPar == sW -> 0 : lK))); lW = tW; lC = hC; lM = hM \
	:: else -> lW = 0; lC = 0; lM = 0; lK = 0 fi
#endif

#define HOME_GOES home = false; hRel = 0; hF = 0; hC = 0; hM = 0; tW = 0; tPar = 0; tC = 0; tM = 0
#ifdef NO_DOOM
#define DOOM skip
#else
#ifdef NO_DOOM_REMOVED
#define DOOM if :: sPl == AWAY -> sD = true :: else fi
#else
#ifdef DOOM_BARE
#define DOOM sD = true
#else
#define DOOM if :: hC != 0 -> NOW_BEHIND :: else fi; sD = true
#endif
#endif
#endif
/* The tag and the metadata first. */
inline delete_in_place() {
	d_step { DOOM }; STEP;
	d_step { tW = 0; tPar = 0; tC = 0; tM = 0 }; STEP;
	d_step { hC = 0; hM = 0 }; STEP;
	hF = hF & ~1; STEP;
	d_step { HOME_GOES }; STEP
}

/* = settle, and what it forgets */
inline settle() {
	BACK_FIRST;
	if
	:: sW != 0 && sPl == AWAY && (!home || BEHIND) ->
		/* The clone: what is listed, and the unknown files of both. */
		d_step { FRESH(n, words); k = sC | (aF & ~(sC | sP)) | (home -> (hF & ~KNOWN) : 0); c = sW };
#if FS != 0
#ifndef CARRY_LATE
		if :: home -> aF = aF | (hF & ~KNOWN & USER); STEP :: else fi;  /* else a kill would leave them in staging only */
#endif
#endif
#if FS == 2
		if :: home -> delete_in_place() :: else fi;
#endif
#if FS == 1
		d_step { HOME_GOES }; STEP;
#endif
		d_step { home = true; hRel = aRel; hF = k; hC = sC; FRESH(hM, stamps); tW = n; tPar = c; tC = hC; tM = hM };
		STEP;
		d_step { sW = n; sPl = HOME; sP = 0; oC = hC; oM = hM; iC = hC; iM = hM; lW = 0; lC = 0; lM = 0; lK = 0; sD = false };
		d_step { n = 0; k = 0; c = 0 }; STEP
	:: sW != 0 && sPl == REMOVED && home && BEHIND ->
#if FS == 2
		delete_in_place();
#else
		d_step { HOME_GOES };
#endif
		STEP
	:: !sure                                                                /* somebody is in it */
	:: else
	fi;
	if                                                                      /* = retire */
	:: away && sPl != AWAY -> d_step { away = false; aRel = 0; aF = 0 }; STEP
	:: else
	fi;
	if
	:: sW != 0 && sPl == REMOVED && !home -> d_step { sW = 0; sPl = HOME; sC = 0; sP = 0; lW = 0; lC = 0; lM = 0; lK = 0; sD = false; oC = 0; oM = 0; iC = 0; iM = 0 }; STEP
	:: else
	fi
}

#define IS_INSTALLED (sW != 0 && sPl != REMOVED)

/* = ChangeInPlace::bring */
inline add(b) {
	d_step { sP = sP | b; if :: sPl == HOME -> INTEND(sC | b) :: else fi }; STEP;
	if :: sPl == HOME -> hF = hF | b :: else -> aF = aF | b fi; STEP;
	write_metadata(sC | b);
	d_step { sC = sC | b; sP = sP & ~b; if :: sPl == HOME -> DONE :: else fi; wC = wC | b }; STEP
}
/* = ChangeInPlace::announce */
inline remove(b) {
	d_step { sC = sC & ~b; sP = sP | b; if :: sPl == HOME -> INTEND(sC) :: else fi; wC = wC & ~b }; STEP;
	write_metadata(sC);
	d_step { if :: sPl == HOME -> DONE :: else fi }; STEP
}
/* = make_generation */
inline update() {
	d_step { FRESH(n, words); FRESH(k, rels); c = sC | ((home -> hF : 0) & USER) | ((sPl == AWAY -> aF : 0) & USER) };
	d_step { away = true; aRel = k; aF = c };                               /* another number: what was away is junk */
	d_step { NOW_BEHIND; sW = n; sPl = AWAY; sP = 0; oC = 0; oM = 0; iC = 0; iM = 0; wRel = k };
	d_step { n = 0; k = 0; c = 0 }; STEP
}
/* = make_generation, of a toolchain that is not there */
inline install() {
	if
	:: !home ->
		d_step { FRESH(n, words); home = true; FRESH(hRel, rels); hF = 3; hC = 3; FRESH(hM, stamps); tW = n; tPar = sW; tC = hC; tM = hM;
			if :: sW == 0 -> hasWant = true; wRel = hRel; wC = 3; wU = 0 :: else fi };
		STEP;
		d_step { sW = n; sPl = HOME; sC = 3; sP = 0; oC = hC; oM = hM; iC = hC; iM = hM; lW = 0; lC = 0; lM = 0; lK = 0; sD = false;
			hasWant = true; wRel = hRel; wC = 3; wU = 0; n = 0 }; STEP
	:: home ->
		d_step { FRESH(n, words); FRESH(k, rels); away = true; aRel = k; aF = 3 };
		d_step { NOW_BEHIND; sW = n; sPl = AWAY; sC = 3; sP = 0; hasWant = true; wRel = k; wC = 3; wU = 0; stray = stray | (hF & USER) };     /* rustup would have deleted it */
		d_step { n = 0; k = 0 }; STEP
	fi
}
/* = commit_uninstall */
inline uninstall() {
	d_step { NOW_BEHIND; FRESH(sW, words); sPl = REMOVED; sC = 0; sP = 0; hasWant = false; wRel = 0; wC = 0; wU = 0 }; STEP
}

/* ---- hands ---- */

#define WANT_HOME hasWant = true; wRel = hRel; wC = hC; wU = hF & USER
#define SAME_AS_KNOWN (sW != 0 && sPl != HOME && ((hC == lC && hM == lM && (sD || (lW != 0 && tW == lW))) || (tPar == sW && hC == tC && hM == tM)))
inline hand() {
	d_step { stray = stray | xF };                                          /* it may come back, or not */
	if
	:: d_step { home && hC == 1 && !(hF & 2) -> hC = hC | 2; hF = hF | 2; FRESH(hM, stamps); WANT_HOME }          /* rustup adds */
	:: d_step { home && hC == 3 -> hC = 1; hF = hF & ~2; FRESH(hM, stamps); WANT_HOME }                     /* … removes */
	:: d_step { home && hC != 0 -> FRESH(hRel, rels); hF = hF | hC; FRESH(hM, stamps); WANT_HOME }                /* … updates */
	:: d_step { home && hC != 0 && !vThere -> vThere = true; vRel = hRel; vF = hF; vC = hC; vM = hM; vW = tW; vPar = tPar; vTC = tC; vTM = tM }
	:: vThere ->
		d_step { home = true; hRel = vRel; hF = vF; hC = vC; hM = vM; tW = vW; tPar = vPar; tC = vTC; tM = vTM };
		if :: true :: FRESH(hM, stamps) fi;
		stray = stray | (hF & ~hC & 3);
		d_step { if :: !SAME_AS_KNOWN && !OURS -> WANT_HOME :: else -> if :: OURS -> wU = hF & USER :: else fi fi }
	:: d_step { home -> HOME_GOES; if :: sW != 0 && sPl == AWAY -> hasWant = true; wRel = aRel; wC = sC; wU = aF & USER :: else -> hasWant = false; wRel = 0; wC = 0; wU = 0 fi }
	:: d_step { home = true; FRESH(hRel, rels); hF = 3; hC = 3; FRESH(hM, stamps); tW = 0; tPar = 0; tC = 0; tM = 0; WANT_HOME }
	:: d_step { home && hasWant && hC != 0 -> hF = hF | USER; wU = USER }
	:: d_step { home -> stray = stray | (hF & ~hC & 3); sW = 0; sPl = HOME; sC = 0; sP = 0; oC = 0; oM = 0; iC = 0; iM = 0; lW = 0; lC = 0; lM = 0; lK = 0; sD = false;
			away = false; aRel = 0; aF = 0; xF = 0; WANT_HOME }
	fi
}

init {
	byte n, k, c, op;
	d_step {
		words = 1; stamps = 1; rels = 1; home = true; hRel = 1; hF = 1; hC = 1; hM = 1;
		hasWant = true; wRel = 1; wC = 1
	};
	do
	:: commands < COMMANDS ->
		commands++;
		do :: hands < HANDS -> hands++; hand() :: break od;
		if :: op = 1 :: op = 2 :: op = 3 :: op = 4 :: op = 5 :: op = 6 fi;
		BACK_FIRST;
		take_over();
		if
		:: op == 1 && IS_INSTALLED && !(sC & 2) -> add(2)
		:: op == 2 && IS_INSTALLED && (sC & 2) -> remove(2)
		:: op == 3 && IS_INSTALLED -> update()
		:: op == 4 && IS_INSTALLED -> uninstall()
		:: op == 5 && !IS_INSTALLED -> install()
		:: op == 6                                                      /* nothing but its clean-up */
		:: else -> goto next
		fi;
		take_out();
		settle();
dead:		true;
next:		true;
		d_step { n = 0; k = 0; c = 0; op = 0 }
	:: else -> break
	od;
	do :: hands < HANDS -> hands++; hand() :: break od;
	sure = true;
	BACK_FIRST; take_over(); take_out(); settle();
	d_step {
		assert(home == hasWant);
		assert(!home || (hRel == wRel && hC == wC && (hF & ~(stray & ~(wC | wU))) == (wC | wU)));
		assert(!away && (sW == 0 || (sPl == HOME && OURS)) && !sD)
	}
}
