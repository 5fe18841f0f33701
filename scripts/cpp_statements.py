"""Statements of C++, as far as tokens tell them apart."""

import re

from cpp_text import NESTING, Token

OPENING = {"(", "[", "{", "[["}
CONTROL = {"if", "for", "while", "switch", "catch"}
HEADS = {"namespace", "class", "struct", "union", "enum", "extern"}
AFTER_PARAMETERS = {"const", "noexcept", "override", "final", "mutable", "&", "try", "requires"}
# An identifier before a brace is a type's name, unless one of these stands before it instead.
VALUES = {"return", "co_return", "co_await", "co_yield", "throw", "case", "else", "new"}


def is_word(token):
    return re.fullmatch(r"[A-Za-z_]\w*", token.text) is not None


class Block:
    """What stands between two braces."""

    def __init__(self, parent, head, is_lambda=False):
        self.parent = parent
        self.is_lambda = is_lambda
        self.head = head  # the statement before the brace: a function's head, `for (...)`; or None
        self.statements = []

    def begins_with(self, words):
        return self.head is not None and bool(self.head.tokens) and self.head.tokens[0].text in words

    def is_function(self):
        texts = self.head.texts() if self.head and not self.is_lambda else []
        return self.is_lambda or "(" in texts and texts[0] not in CONTROL | HEADS | {"else", "do", "try"}

    def within(self):
        """This block and those around it, up to the function's own."""
        block = self
        while block is not None:
            yield block
            block = None if block.is_function() else block.parent


class Statement:
    """One statement, or the head of one. Bodies of lambdas are statements of their own."""

    def __init__(self, block=None):
        self.block = block
        self.tokens = []
        self.lambdas = []  # (line, captures) of those born here
        self.owner = None  # the captures of the lambda whose body this stands in

    def texts(self):
        return [token.text for token in self.tokens]


class Reader:
    """Splits a file into statements."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.statements = []

    def text(self, at):
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def closing(self, at):
        """Where the bracket that opens at `at` closes."""
        opened = 0
        for i in range(at, len(self.tokens)):
            opened += NESTING.get(self.text(i), 0)
            if opened <= 0:
                return i
        return len(self.tokens)

    def lambda_body(self, at):
        """Where the body's brace is, if a lambda begins at the `[` at `at`."""
        before = self.text(at - 1)
        if re.fullmatch(r"\w+|\)|\]", before) and before not in VALUES:
            return None  # a subscript
        i = self.closing(at) + 1
        if self.text(i) == "<":
            while i < len(self.tokens) and self.text(i) != ">":
                i += 1
            i += 1
        if self.text(i) == "(":
            i = self.closing(i) + 1
        while i < len(self.tokens) and self.text(i) not in ("{", ";", ")", "}", "="):
            i = self.closing(i) + 1 if self.text(i) == "(" else i + 1
        return i if self.text(i) == "{" else None

    def opens_block(self, statement):
        """Whether the brace that follows these tokens opens a block rather than a value."""
        texts = statement.texts()
        if not texts or texts[-1] in ("else", "do", "try", "}", ":"):
            return True
        first = next((text for text in texts if text not in ("inline", "export", "typedef")), "")
        if first == "template" or first in HEADS:
            plain = " ".join(texts)
            if re.search(r"\b(namespace|class|struct|union|enum|extern)\b", plain) and \
                    "(" not in texts and "=" not in texts:
                return True
        if first in CONTROL or (first == "else" and len(texts) > 1 and texts[1] in CONTROL):
            return texts[-1] == ")"
        if texts[-1] == ")":
            return True
        # A function's head: after its parameters come only specifiers, or a trailing type.
        depth, last = 0, None
        for i, text in enumerate(texts):
            depth += (text == "(") - (text == ")")
            if text == ")" and depth == 0:
                last = i
            if depth == 0 and (text == "=" or text in VALUES):
                return False
        if last is None:
            return False
        tail = texts[last + 1:]
        return all(text in AFTER_PARAMETERS for text in tail) or tail[0] == "->"

    def read_block(self, at, owner, parent=None, head=None, is_lambda=False):
        """Reads statements from `at` to the brace that closes the block. Gives where it is."""
        block = Block(parent, head, is_lambda)
        statement = Statement(block)
        statement.owner = owner

        def finish():
            nonlocal statement
            if statement.tokens:
                self.statements.append(statement)
                block.statements.append(statement)
            statement = Statement(block)
            statement.owner = owner

        while at < len(self.tokens):
            text = self.text(at)
            if text == "}":
                finish()
                return at
            if text == ";":
                finish()
                at += 1
            elif text == "{" and self.opens_block(statement):
                opened = statement
                finish()
                at = self.read_block(at + 1, owner, block, opened) + 1
            elif text in OPENING:
                at = self.read_group(at, statement)
            else:
                statement.tokens.append(self.tokens[at])
                at += 1
        finish()
        return at

    def read_group(self, at, statement):
        """Adds a bracketed group to the statement; a lambda's body is read apart."""
        if self.text(at) == "[":
            body = self.lambda_body(at)
            if body is not None:
                captures = self.tokens[at + 1:self.closing(at)]
                statement.lambdas.append((self.tokens[at].line, captures))
                end = self.read_block(body + 1, captures, statement.block, statement, True)
                statement.tokens.append(Token("lambda", self.tokens[at].line))
                return end + 1
        end = self.closing(at)
        statement.tokens.append(self.tokens[at])
        at += 1
        while at < end:
            if self.text(at) in OPENING:
                at = self.read_group(at, statement)
            else:
                statement.tokens.append(self.tokens[at])
                at += 1
        if end < len(self.tokens):
            statement.tokens.append(self.tokens[end])
        return end + 1


def split_commas(tokens):
    """Parts between the commas of the outermost level."""
    part, depth = [], 0
    for token in tokens:
        depth += NESTING.get(token.text, 0)
        if token.text == "," and depth == 0:
            yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part
