latchkey_area(lock
    SOURCES holder.cpp key.cpp lock_file.cpp lock_set.cpp
    AREAS platform)

latchkey_area(task
    SOURCES byte_pipe.cpp group.cpp loop.cpp permits.cpp wait.cpp workers.cpp
    AREAS lock
    LIBRARIES third_party::boost)

