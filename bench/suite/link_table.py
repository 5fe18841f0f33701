"""What `bench/links/run` found, as a table."""

from suite import card


def rows(lines):
    yield card.markdown_row(["line", "what", "xz", "gz", "auto", "auto ÷ the better", "chosen"])
    yield card.markdown_row(["---", "---", "--:", "--:", "--:", "--:", "---"])
    for each in lines:
        what = f"`component add {' '.join(each['adds'])}`" if each["adds"] else "default profile, fresh"
        kinds = ["→".join(kind for kind, _ in kinds) for kinds in each["chosen"].values()]
        chosen = ", ".join(f"{kinds.count(kind)} {kind}" for kind in sorted(set(kinds)))
        seconds = (f"{each['seconds'][name]:.2f} s" for name in ("xz", "gz", "auto"))
        yield card.markdown_row([each["line"], what, *seconds, f"{each['ratio']:.3f}", chosen])
