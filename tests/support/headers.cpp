// Its precompiled header serves all test programs.
