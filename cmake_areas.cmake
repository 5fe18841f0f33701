latchkey_area(dist
    SOURCES change.cpp change_texts.cpp channel.cpp component_errors.cpp component_status.cpp
        installed_config.cpp known_platforms.cpp manifest.cpp manifest_parser.cpp
        manifest_writer.cpp nightly.cpp profile.cpp server.cpp target_tuple.cpp toml_error.cpp
        toml_reader.cpp toml_writer.cpp toolchain_name.cpp
    AREAS base
    LIBRARIES third_party::tomlplusplus third_party::fmt)

latchkey_area(lock
    SOURCES holder.cpp key.cpp lock_file.cpp lock_set.cpp
    AREAS platform)

latchkey_area(task
    SOURCES byte_pipe.cpp group.cpp loop.cpp outside_call.cpp permits.cpp wait.cpp workers.cpp
    AREAS lock
    LIBRARIES third_party::boost)

latchkey_area(config
    SOURCES change_variables.cpp document.cpp environment_text.cpp number.cpp override_key.cpp
        settings.cpp settings_file.cpp syntax_cause.cpp toolchain_file.cpp variables.cpp
    AREAS lock dist
    LIBRARIES third_party::tomlplusplus third_party::fmt)

latchkey_area(resolve
    SOURCES active.cpp host.cpp installed.cpp name.cpp place.cpp readiness.cpp
    AREAS config store)

target_sources(latchkey_platform PRIVATE src/platform/beneath.cpp)

latchkey_area(archive
    SOURCES decoder.cpp entry_names.cpp folds_case.cpp igzip_codec.cpp payload.cpp tar_reader.cpp
        tree_writer.cpp unpack.cpp xz_codec.cpp zlib_codec.cpp zstd_codec.cpp
    AREAS platform
    LIBRARIES third_party::archive third_party::lzma third_party::zlib third_party::zstd
        third_party::isal third_party::fmt)

latchkey_area(store
    SOURCES collect.cpp commit.cpp compose.cpp current.cpp json_fields.cpp proxy_table.cpp record.cpp
        staged_file.cpp tree.cpp tree_index.cpp
    AREAS lock dist
    LIBRARIES third_party::json)

latchkey_area(cli
    SOURCES active_toolchain.cpp argument_kinds.cpp command.cpp command_table.cpp commands.cpp
        commands/check.cpp commands/component.cpp commands/default.cpp commands/install.cpp
        commands/override.cpp commands/run.cpp commands/set.cpp commands/show.cpp
        commands/target.cpp commands/toolchain.cpp component_list.cpp context.cpp discussions.cpp
        help.cpp init_table.cpp installation.cpp invocation.cpp level_parser.cpp log.cpp
        name_faults.cpp non_host.cpp official_toolchain.cpp output.cpp override_list.cpp paint.cpp
        parse.cpp parse_error.cpp program.cpp progress.cpp reporter.cpp styled_text.cpp
        suggestion.cpp summary.cpp terminal_style.cpp tool_call.cpp toolchain_lines.cpp tools.cpp
        tracking.cpp usage.cpp
    AREAS toolchain
    LIBRARIES third_party::fmt)
target_compile_definitions(latchkey_cli PRIVATE LATCHKEY_VERSION="${PROJECT_VERSION}")
target_sources(latchkey_platform PRIVATE src/platform/stream.cpp)

latchkey_area(toolchain
    SOURCES adoption.cpp change.cpp channel.cpp components.cpp download_source.cpp engine.cpp feed.cpp
        fetch.cpp install.cpp materialise.cpp snapshot.cpp
    AREAS resolve archive net
    LIBRARIES third_party::fmt)

target_sources(latchkey_platform PRIVATE src/platform/seek.cpp)

latchkey_area(net
    SOURCES client.cpp connection.cpp dial.cpp file_fetch.cpp http_proxy.cpp pool.cpp request.cpp
        response.cpp tls.cpp url.cpp wire.cpp
    AREAS task
    LIBRARIES third_party::boost third_party::url third_party::ssl third_party::fmt)

add_executable(latchkey src/cli/main.cpp)
target_include_directories(latchkey PRIVATE src/cli)
target_link_libraries(latchkey PRIVATE latchkey_cli)
target_sources(latchkey_platform PRIVATE src/platform/broken_pipe.cpp)
