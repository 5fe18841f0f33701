"""What the drawings share: a card with its own ground, and pages with parts that scripts write."""

import sys
from xml.sax.saxutils import escape

# The card reads the same on a page of any colour; where the reader's system is dark, so is the card.
STYLE = """
  text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, "DejaVu Sans", sans-serif }
  .card { fill: #ffffff; stroke: #d0d7de } .ink { fill: #1f2328 } .soft { fill: #59636e }
  .ours { font-weight: 600 } .frame { fill: none; stroke: #1f2328; stroke-width: 1.5 }
"""
DARK_STYLE = """
    .card { fill: #151b23; stroke: #3d444d } .ink { fill: #f0f6fc } .soft { fill: #9198a1 }
    .frame { stroke: #f0f6fc }
"""


def text(x, y, words, style):
    return f'<text x="{x:g}" y="{y:g}" class="{style}">{escape(words)}</text>'


def card(width, height, title, parts, style, dark_style):
    """A whole drawing."""
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
             f'height="{height}" role="img" aria-labelledby="title">',
             f'<title id="title">{escape(title)}</title>',
             f"<style>{STYLE}{style}  @media (prefers-color-scheme: dark) {{{DARK_STYLE}{dark_style}  }}\n</style>",
             f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" class="card"/>',
             *parts, "</svg>"]
    return "\n".join(lines) + "\n"


def markdown_row(cells):
    return "| " + " | ".join(cells) + " |"


def page_with(page, rows, writer):
    """The page with `rows` between the marks of the script that writes them."""
    begin, end = f"<!-- {writer}: begin -->", f"<!-- {writer}: end -->"
    before, mark, rest = page.partition(begin)
    _, other, after = rest.partition(end)
    if not mark or not other:
        sys.exit(f"{writer}: the page has no markers")
    return before + begin + "\n\n" + "\n".join(rows) + "\n\n" + end + after
