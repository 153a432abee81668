"""Where the content of a block of markdown stands in the lines of its text."""

from collections.abc import Iterator

from markdown_it.common.utils import MD_TRIM_CHARS

Origin = tuple[int, int]  # of one character: from, to before, in the parser's text


class Lines:
    """The lines of a text, and where a block's content stands in them."""

    def __init__(self, text: str) -> None:
        self.lines, self.size = text.split("\n"), len(text)
        self.begins = [0]
        for line in self.lines:
            self.begins.append(self.begins[-1] + len(line) + 1)
        self.cells: dict[int, Iterator[list[int]]] = {}

    def locate(self, content: str, first: int) -> list[Origin]:
        """Origins of lines from `first` on, each of which is the end of its line, blanks after it left out."""
        found: list[Origin] = []
        for number, line in enumerate(content.split("\n"), first):
            if number > first:
                at = self.begins[number] - 1
                found.append((at, at + 1))
            if number < len(self.lines):
                found += self._locate_end(line, self.lines[number], self.begins[number])
        return [origin for origin in found[: len(content)] if origin[0] < self.size]

    def locate_heading(self, content: str, first: int) -> list[Origin]:
        """Origins of a heading's words, the marks behind them left out."""
        line = self.lines[first].rstrip(MD_TRIM_CHARS)
        bare = line.rstrip("#")
        if bare.endswith((" ", "\t")):
            line = bare.rstrip(MD_TRIM_CHARS)
        return self._locate_end(content, line, self.begins[first])

    def locate_cell(self, content: str, number: int, start: int) -> list[Origin]:
        """Origins of the next cell of a row that starts at `start`."""
        if number not in self.cells:
            begin = self.begins[number]
            self.cells[number] = iter(_split_row(self.lines[number][start - begin :], start))
        places = next(self.cells[number], [])
        return [(at, at + 1) for at in places[: len(content)]]

    @staticmethod
    def _locate_end(part: str, line: str, begin: int) -> list[Origin]:
        """Origins of the end of a line; blanks that a tab was made into stand for the tab."""
        blanks = len(part) - len(part.rstrip(MD_TRIM_CHARS))
        end = len(line) if part and line.endswith(part) else len(line.rstrip(MD_TRIM_CHARS)) + blanks
        common = len(part)
        while common and line[max(end - common, 0) : end] != part[len(part) - common :]:
            common -= 1
        start = begin + end - common
        before = max(start - 1, begin)
        return [(before, before + 1)] * (len(part) - common) + [
            (at, at + 1) for at in range(start, begin + end)
        ]


def _split_row(row: str, start: int) -> list[list[int]]:
    """Places of the characters of each cell of a table's row, blanks around them and escaping left out."""
    start += len(row) - len(row.lstrip(MD_TRIM_CHARS))
    row = row.strip(MD_TRIM_CHARS)
    cells: list[list[int]] = [[]]
    for place, character in enumerate(row):
        if character != "|":
            cells[-1].append(place)
        elif place and row[place - 1] == "\\":
            cells[-1][-1] = place
        else:
            cells.append([])
    if not cells[0]:
        cells.pop(0)
    for cell in cells:
        while cell and row[cell[0]] in MD_TRIM_CHARS:
            cell.pop(0)
    return [[start + place for place in cell] for cell in cells]
