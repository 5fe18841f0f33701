find_package(Python3 3.11 REQUIRED COMPONENTS Interpreter)

# Where they find tests/harness, which they share, and the modules of scripts/, which some of them test.
set(python_path ${CMAKE_CURRENT_SOURCE_DIR}:${PROJECT_SOURCE_DIR}/scripts)

# latchkey_python_tests(KIND NAME... [SCRIPT file] [ARGUMENTS word...] [ENVIRONMENT NAME=value...]
#     [TIMEOUT seconds] [PROCESSORS count] [LOCK resource]): the tests "KIND: NAME" with the label KIND. Each runs
# KIND/NAME.py below tests/, or SCRIPT, and is skipped if that ends with 77.
function(latchkey_python_tests kind)
    cmake_parse_arguments(test "" "SCRIPT;TIMEOUT;PROCESSORS;LOCK" "ARGUMENTS;ENVIRONMENT" ${ARGN})
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT 300)
    endif()
    foreach(name ${test_UNPARSED_ARGUMENTS})
        set(script ${kind}/${name}.py)
        if(test_SCRIPT)
            set(script ${test_SCRIPT})
        endif()
        get_filename_component(script ${script} ABSOLUTE)
        add_test(NAME "${kind}: ${name}" COMMAND Python3::Interpreter -B ${script} ${test_ARGUMENTS})
        set_tests_properties("${kind}: ${name}" PROPERTIES LABELS ${kind} TIMEOUT ${test_TIMEOUT}
            SKIP_RETURN_CODE 77 ENVIRONMENT "PYTHONPATH=${python_path};${test_ENVIRONMENT}")
        if(test_PROCESSORS)
            set_tests_properties("${kind}: ${name}" PROPERTIES PROCESSORS ${test_PROCESSORS})
        endif()
        if(test_LOCK)
            set_tests_properties("${kind}: ${name}" PROPERTIES RESOURCE_LOCK ${test_LOCK})
        endif()
    endforeach()
endfunction()

# The scripts' own tests.
foreach(script check_coroutines check_layers figures make_dist release serve_dist)
    latchkey_python_tests(scripts ${script} SCRIPT scripts/${script}_test.py)
endforeach()
latchkey_python_tests(scripts evidence SCRIPT ${PROJECT_SOURCE_DIR}/scripts/evidence ARGUMENTS --check)

# The same commands with rustup 1.29.0 and with Latchkey; where there is no rustup, with what it was
# recorded to say. What 1.29.1 changed is expected in its place. The server's tree is made once.
set(parity_arguments --latchkey $<TARGET_FILE:latchkey> --server ${CMAKE_CURRENT_BINARY_DIR}/parity-server)
set(scripts ${CMAKE_CURRENT_SOURCE_DIR}/parity/scripts)
file(GLOB names RELATIVE ${scripts} CONFIGURE_DEPENDS ${scripts}/*.txt)
list(TRANSFORM names REPLACE "\\.txt$" "")
foreach(name ${names})
    latchkey_python_tests(parity ${name} SCRIPT parity/run ARGUMENTS ${parity_arguments} ${scripts}/${name}.txt)
endforeach()
latchkey_python_tests(parity recorded SCRIPT parity/run ARGUMENTS ${parity_arguments} --no-rustup
    ${scripts}/components.txt ${scripts}/lists.txt ${scripts}/show.txt)
latchkey_python_tests(parity texts SCRIPT parity/texts)
latchkey_python_tests(parity expectations SCRIPT parity/expectations_test.py)

# What the tests of whole programs are told: the programs, whether sanitizers slow them, and where the machine's
# own Rust is packed, once for all presets.
set(programs LATCHKEY_BINARY=$<TARGET_FILE:latchkey> LATCHKEY_PROXY=$<TARGET_FILE:latchkey-proxy>
    LATCHKEY_GREEDY=$<TARGET_FILE:latchkey-greedy> LATCHKEY_CARELESS=$<TARGET_FILE:latchkey-careless>
    LATCHKEY_LOCK_HOLDER=$<TARGET_FILE:latchkey_lock_holder>
    LATCHKEY_TRACER=$<TARGET_FILE:latchkey-crash-tracer> LATCHKEY_SANITIZED=${LATCHKEY_SANITIZE}
    LATCHKEY_REAL_DIST=${PROJECT_SOURCE_DIR}/build/real-dist)

# The whole program, in many processes at once: raced, killed, starved, badly served; who holds and who waits; and
# what another user on this machine, a server or a folder can do.
latchkey_python_tests(processes
    adoption aliases bad_archive bad_channel bad_range bad_server bare_system base_homes bin_folder
    bin_folder_mended bin_folder_taken_over bundle category_home clean_up combined completions concurrent_adds
    concurrent_installs damaged deputies doc_server doctor documents encodings export_import file_systems fleet_faults
    handover history https_proxies images interchange killed limits locked locks minimum_age mirror mirrors other_user
    parallel_components parallel_toolchains progress proxies prune rollback same_homes security security_servers
    segments settings setup shared_artifacts signals signatures socks start_up streaming takeover terminal tls
    trust unchanged uninstalled unusable upcoming user_files verify verify_meets wishes
    TIMEOUT 900 ENVIRONMENT ${programs})
latchkey_python_tests(processes engines TIMEOUT 900 PROCESSORS 2 ENVIRONMENT ${programs})
latchkey_python_tests(processes proxy_storm TIMEOUT 900 PROCESSORS 2 ENVIRONMENT ${programs})

# What is shipped, and so not what sanitizers make of it.
if(NOT LATCHKEY_SANITIZE)
    latchkey_python_tests(processes needs ENVIRONMENT ${programs})
endif()

# Releases, as scripts/release makes them.
if(NOT LATCHKEY_SANITIZE AND NOT CMAKE_CROSSCOMPILING)
    latchkey_python_tests(processes action install_script releases TIMEOUT 900
        ENVIRONMENT ${programs} LATCHKEY_SIGNED=$<TARGET_FILE:latchkey-signed>)
endif()

# Real toolchains, where the machine has some that rustup installed; and a new user's first day with them.
latchkey_python_tests(real default_profile TIMEOUT 900 LOCK real-dist ENVIRONMENT ${programs})
latchkey_python_tests(real background bypass cargo_cache nest records snapshot TIMEOUT 900 PROCESSORS 2
    LOCK real-dist ENVIRONMENT ${programs})
latchkey_python_tests(real new_home SCRIPT ${PROJECT_SOURCE_DIR}/scripts/try-as-new-user
    ARGUMENTS --new-home --minimal TIMEOUT 900 LOCK real-dist ENVIRONMENT ${programs})

# The same in homes that lag: somebody runs from what was at home before an update, as an IDE does.
foreach(name concurrent_adds damaged killed locks parallel_components proxies proxy_storm verify)
    latchkey_python_tests(processes "${name} (lagging)" SCRIPT processes/${name}.py TIMEOUT 900 PROCESSORS 2
        ENVIRONMENT ${programs} LATCHKEY_TEST_LAGGING=1)
endforeach()
foreach(name background nest snapshot)
    latchkey_python_tests(real "${name} (lagging)" SCRIPT real/${name}.py TIMEOUT 900 PROCESSORS 2
        LOCK real-dist ENVIRONMENT ${programs} LATCHKEY_TEST_LAGGING=1)
endforeach()

# What bench/strategies compares: each rival must do what it was made for, or the comparison says
# nothing. Of what is released only: rivals are measured, not shipped.
if(NOT LATCHKEY_SANITIZE AND NOT CMAKE_CROSSCOMPILING)
    foreach(strategy none mutex rwlock inherited server staging latchkey)
        latchkey_python_tests(strategies ${strategy} SCRIPT ${PROJECT_SOURCE_DIR}/bench/strategies/claims
            ARGUMENTS ${strategy} ENVIRONMENT BENCH_STRATEGIES=$<TARGET_FILE:bench_strategies>)
    endforeach()
endif()

# Processes that do at random whatever can be done to one home, and a checker that judges what happened. It must
# find two programs guilty. Of the released program only: what counts is how processes meet, and sanitizers slow
# them apart. Longer runs are scripts/evidence's.
latchkey_python_tests(torture checker SCRIPT torture/checker_test.py)
if(NOT LATCHKEY_SANITIZE)
    latchkey_python_tests(torture run SCRIPT torture/run.py ARGUMENTS --seconds 40 TIMEOUT 900 PROCESSORS 2
        ENVIRONMENT ${programs})
    foreach(program greedy forgetful)
        latchkey_python_tests(torture ${program} SCRIPT torture/run.py
            ARGUMENTS --guilty --seconds 120 --round-seconds 3 TIMEOUT 900 PROCESSORS 2
            ENVIRONMENT ${programs} LATCHKEY_BINARY=$<TARGET_FILE:latchkey-${program}>)
    endforeach()
endif()

# A crash at every system call, and a power failure. CI looks at a sample, another one each time. Leaks cannot be
# looked for in a program that is traced, so sanitizers have no part in it.
if(NOT LATCHKEY_SANITIZE)
    latchkey_python_tests(crash every_call SCRIPT crash/run ARGUMENTS --every 200 TIMEOUT 900 PROCESSORS 2
        ENVIRONMENT ${programs})
    latchkey_python_tests(crash proof SCRIPT crash/proof TIMEOUT 900 PROCESSORS 2 ENVIRONMENT ${programs})
    latchkey_python_tests(crash found SCRIPT crash/found TIMEOUT 900 ENVIRONMENT ${programs})
    latchkey_python_tests(crash power SCRIPT crash/power ARGUMENTS --rounds 8 TIMEOUT 900 ENVIRONMENT ${programs})
    latchkey_python_tests(crash power_unnoticed SCRIPT crash/power
        ARGUMENTS --rounds 8 --operations install --same-boot TIMEOUT 900 ENVIRONMENT ${programs})
endif()

# The protocol's models, which no sanitizer has anything to say about.
if(NOT LATCHKEY_SANITIZE)
    foreach(model settings generations arrived hands power)
        latchkey_python_tests(model ${model} SCRIPT model/run ARGUMENTS --only ${model} TIMEOUT 600 PROCESSORS 2)
    endforeach()
endif()

# A file that nobody runs is no test.
get_directory_property(registered TESTS)
file(GLOB names RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/processes CONFIGURE_DEPENDS
    ${CMAKE_CURRENT_SOURCE_DIR}/processes/*.py)
list(TRANSFORM names REPLACE "\\.py$" "")
foreach(name ${names})
    if(NOT "processes: ${name}" IN_LIST registered AND NOT LATCHKEY_SANITIZE AND NOT CMAKE_CROSSCOMPILING)
        message(FATAL_ERROR "tests/python_tests.cmake does not name processes/${name}.py")
    endif()
endforeach()
