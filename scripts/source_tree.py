"""What check-layers and figures share: areas, components, and the includes between them.

A component is a header and the source of its name: `store/commit` is include/latchkey/store/commit.hpp
with src/store/commit.cpp.
"""

import pathlib
import re

import cpp_text

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def area_of(path):
    """The area of include/latchkey/AREA/… or src/AREA/…"""
    parts = path.parts
    return parts[2] if parts[0] == "include" else parts[1]


def component_of(path):
    """The component of a header or source. Paths are relative to the root of the tree."""
    inner = path.parts[2 if path.parts[0] == "include" else 1:]
    return str(pathlib.PurePath(*inner).with_suffix(""))


def resolve_include(root, path, name):
    """The file of this tree that `path` means by #include "name". None: it is not ours."""
    if name.startswith("latchkey/"):
        candidates = [pathlib.PurePath("include", name)]
    else:
        candidates = [path.parent / name, pathlib.PurePath("src", area_of(path), name)]
    return next((found for found in candidates if (root / found).is_file()), None)


def file_includes(root):
    """Each file in include/ and src/ → the files of this tree that it includes."""
    result = {}
    for full in cpp_text.source_files(root, "include", "src"):
        path = full.relative_to(root)
        names = [match[2] for match in INCLUDE.finditer(cpp_text.blank_comments(full.read_text()))
                 if match[1] == '"']
        found = (resolve_include(root, path, name) for name in names)
        result[path] = {other for other in found if other}
    return result


def component_includes(includes):
    """Component → the components that its files include, from file_includes()."""
    result = {}
    for path, others in includes.items():
        own = component_of(path)
        result.setdefault(own, set()).update(component_of(other) for other in others)
        result[own].discard(own)
    return result


def circles(graph):
    """The groups of nodes that reach one another, each sorted: Tarjan's components of two and more."""
    order, low, stack, found = {}, {}, [], []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return found
