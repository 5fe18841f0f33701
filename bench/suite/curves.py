"""Small charts: curves on axes of powers of ten, and bars of ratios, on one card each."""

import math
from xml.sax.saxutils import escape

from suite.card import card, text

PANEL_WIDTH, PANEL_HEIGHT, GAP, EDGE, TITLE, AXIS = 470, 300, 34, 20, 30, 44
LEGEND = 18
COLOURS = ("#0969da", "#1a7f37", "#bc4c00", "#8250df", "#cf222e", "#57606a", "#b08800", "#0a7ea4")
DARK_COLOURS = ("#58a6ff", "#3fb950", "#f0883e", "#bc8cff", "#ff7b72", "#9198a1", "#e3b341", "#56d4dd")

STYLE = """  .grid { stroke: #d8dee4; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
  .tick { font-size: 11px } .middle { text-anchor: middle } .end { text-anchor: end } .title { font-weight: 600 }
  .good { fill: #2da44e } .bad { fill: #cf222e } .free { fill: #8c959f } .reach { stroke: #1f2328; stroke-width: 2 }
""" + "".join(f"  .s{i} {{ stroke: {c} }} .f{i} {{ fill: {c} }}\n" for i, c in enumerate(COLOURS))
DARK_STYLE = """    .grid { stroke: #30363d } .reach { stroke: #f0f6fc }
    .good { fill: #3fb950 } .bad { fill: #f85149 } .free { fill: #6e7681 }
""" + "".join(f"    .s{i} {{ stroke: {c} }} .f{i} {{ fill: {c} }}\n" for i, c in enumerate(DARK_COLOURS))


def plain(value):
    return f"{value:g}" if value < 10000 else f"{value:.0f}"


class Axes:
    """Logarithmic both ways, inside one panel."""

    def __init__(self, x, y, width, height, points):
        self.x, self.y, self.width, self.height = x, y, width, height
        self.left = math.log10(min(point[0] for point in points))
        self.right = math.log10(max(point[0] for point in points)) or 1
        self.low = math.floor(math.log10(min(point[1] for point in points)))
        self.high = math.ceil(math.log10(max(point[1] for point in points)))

    def across(self, value):
        return self.x + self.width * (math.log10(value) - self.left) / (self.right - self.left)

    def up(self, value):
        return self.y + self.height * (self.high - math.log10(value)) / (self.high - self.low)

    def draw(self, parts, marks):
        for power in range(self.low, self.high + 1):
            y = self.up(10 ** power)
            parts.append(f'<path d="M{self.x} {y:.1f}h{self.width}" class="grid"/>')
            parts.append(text(self.x - 6, y + 4, f"{plain(10 ** power)} ms", "soft tick end"))
        previous = None
        for mark in marks:
            x = self.across(mark)
            if previous is None or x - previous > 26:
                parts.append(text(x, self.y + self.height + 16, plain(mark), "soft tick middle"))
                previous = x


def panel(parts, left, top, title, series):
    """One subject: a curve for each operation, and below it which is which, with its slope at the end."""
    parts.append(text(left, top + 16, title, "ink title"))
    points = [(x, seconds * 1000) for line in series.values() for x, seconds, _ in line["points"]]
    axes = Axes(left + AXIS + 10, top + TITLE, PANEL_WIDTH - AXIS - 30, PANEL_HEIGHT - TITLE - 30, points)
    axes.draw(parts, sorted({x for x, _ in points}))
    for number, (name, line) in enumerate(series.items()):
        path = " ".join(f"{axes.across(x):.1f},{axes.up(seconds * 1000):.1f}"
                        for x, seconds, _ in line["points"])
        parts.append(f'<g><title>{escape(name)}</title><polyline points="{path}" class="line s{number}"/></g>')
        y = top + PANEL_HEIGHT + 14 + LEGEND * number
        parts.append(f'<circle cx="{left + 8}" cy="{y - 4}" r="5" class="f{number}"/>')
        parts.append(text(left + 20, y, f"{name}: slope {line['slope']:.2f}, at the end "
                                        f"{line['last_slope']:.2f}", "ink"))


def draw_growth(subjects):
    """Panels, two in a row."""
    parts, entries = [], list(subjects.values())
    y = EDGE
    for row in range(0, len(entries), 2):
        pair = entries[row:row + 2]
        for column, each in enumerate(pair):
            panel(parts, EDGE + column * (PANEL_WIDTH + GAP), y, each["title"], each["series"])
        y += PANEL_HEIGHT + LEGEND * max(len(each["series"]) for each in pair) + GAP
    return card(2 * EDGE + 2 * PANEL_WIDTH + GAP, y, "How costs grow", parts, STYLE, DARK_STYLE)


BAR_HEIGHT, LABEL, BARS = 24, 430, 420


def draw_ratios(bars):
    """bars: (title, ratio, reach, reached). On one axis of powers of ten, from a thousandth to 2."""
    parts = []
    lowest, highest = math.log10(0.001), math.log10(2)

    def across(ratio):
        return EDGE + LABEL + BARS * (math.log10(min(max(ratio, 0.001), 2)) - lowest) / (highest - lowest)

    height = EDGE + TITLE + BAR_HEIGHT * len(bars)
    for ratio in (0.001, 0.01, 0.1, 1):
        x = across(ratio)
        parts.append(f'<path d="M{x:.1f} {EDGE + TITLE - 6}V{height}" class="grid"/>')
        parts.append(text(x, EDGE + 14, plain(ratio), "soft tick middle"))
    for number, (title, ratio, reach, reached) in enumerate(bars):
        y = EDGE + TITLE + BAR_HEIGHT * number
        kind = "free" if reach is None else "good" if reached else "bad"
        parts.append(text(EDGE, y + 15, title, "ink tick"))
        parts.append(f'<rect x="{across(0.001):.1f}" y="{y + 3}" width="{max(1, across(ratio) - across(0.001)):.1f}" '
                     f'height="{BAR_HEIGHT - 8}" rx="2" class="{kind}"/>')
        parts.append(text(EDGE + LABEL + BARS + 12, y + 15, f"{ratio:.3f}", "ink tick"))
        if reach is not None:
            parts.append(f'<path d="M{across(reach):.1f} {y}v{BAR_HEIGHT - 2}" class="reach"/>')
    parts.append(text(EDGE, height + 22, "Latchkey ÷ rustup, medians of the pairs, on an axis of powers of ten; "
                                         "the stroke is what is to be reached.", "soft tick"))
    return card(2 * EDGE + LABEL + BARS + 50, height + EDGE + 22, "Latchkey's times, held against rustup's",
                parts, STYLE, DARK_STYLE)
