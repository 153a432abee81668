"""A file of ratings becomes the same tables in every format; what is wrong with it is said with line and column."""

import gzip
import json
from pathlib import Path
from typing import Any  # cells of a file

import duckdb
import krippendorff
import pytest

from evalplatform.agreement import AgreementError, Columns, RatingTable, krippendorff_alpha, read_tables

ROWS: list[dict[str, Any]] = [
    {"item": "1", "who": "ann", "score": 1, "criterion": "depth"},
    {"item": "1", "who": "bob", "score": 2, "criterion": "depth"},
    {"item": "2", "who": "ann", "score": 2, "criterion": "depth"},
    {"item": "2", "who": "bob", "score": None, "criterion": "depth"},
    {"item": "1", "who": "ann", "score": 3, "criterion": "style"},
]
COLUMNS = Columns(unit="item", rater="who", value="score", by=("criterion",))


def write_csv(path: Path, delimiter: str = ",") -> None:
    lines = [list(ROWS[0]), *([("" if cell is None else str(cell)) for cell in row.values()] for row in ROWS)]
    path.write_text("".join(delimiter.join(line) + "\n" for line in lines))


def write_jsonl(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "\n")


def write_parquet(path: Path) -> None:
    with duckdb.connect() as base:
        base.execute("CREATE TABLE held (item VARCHAR, who VARCHAR, score INTEGER, criterion VARCHAR)")
        base.executemany("INSERT INTO held VALUES (?, ?, ?, ?)", [list(row.values()) for row in ROWS])
        base.table("held").write_parquet(str(path))


def show(table: RatingTable) -> list[tuple[str, str, object]]:
    return [
        (table.units[unit], table.raters[rater], table.categories[value])
        for unit, rater, value in zip(table.unit, table.rater, table.value, strict=True)
    ]


@pytest.mark.parametrize(
    "name", ["r.csv", "r.tsv", "r.jsonl", "r.ndjson", "r.parquet", "r.csv.gz", "r.jsonl.gz"]
)
def test_every_format_gives_the_same_tables(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    plain = tmp_path / name.removesuffix(".gz")
    match plain.suffix:
        case ".csv":
            write_csv(plain)
        case ".tsv":
            write_csv(plain, "\t")
        case ".parquet":
            write_parquet(plain)
        case _:
            write_jsonl(plain)
    if path != plain:
        path.write_bytes(gzip.compress(plain.read_bytes()))
    tables = read_tables(path, columns=COLUMNS, level="ordinal")
    assert list(tables) == [("depth",), ("style",)]
    assert show(tables["depth",]) == [("1", "ann", 1), ("1", "bob", 2), ("2", "ann", 2)]
    assert tables["depth",].excluded == {"missing": 1}
    assert show(tables["style",]) == [("1", "ann", 3)]


def test_words_in_an_order_need_the_order(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("unit,rater,value\n1,a,low\n1,b,mid\n2,a,high\n2,b,high\n")
    [table] = read_tables(path, level="ordinal", categories=["low", "mid", "high"]).values()
    assert table.categories == ("low", "mid", "high")
    published = krippendorff.alpha([[0, 2], [1, 2]], level_of_measurement="ordinal", value_domain=[0, 1, 2])
    assert krippendorff_alpha(table, inference=None).estimate == pytest.approx(published)
    with pytest.raises(AgreementError, match="given in their order as categories"):
        read_tables(path, level="ordinal")


def test_numbers_stay_numbers_where_the_scale_is_given(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("unit,rater,value\n1,a,2\n1,b,2.0\n")
    [table] = read_tables(path, categories=["1", "2", "3"]).values()
    assert table.categories == (1, 2, 3)
    assert len(table) == 2


def test_clusters_and_weights_are_read(tmp_path: Path) -> None:
    path = tmp_path / "more.csv"
    path.write_text("unit,rater,value,item,w\n1,a,2,x,0.5\n2,b,2,x,2\n")
    [table] = read_tables(path, columns=Columns(cluster="item", weight="w")).values()
    assert table.clusters.tolist() == ["x"]
    assert table.weight is not None
    assert table.weight.tolist() == [0.5, 2.0]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "a.csv",
            "unit,rater\n1,a\n",
            "a.csv has no column 'value'; it has: 'unit', 'rater'. One rating a line",
        ),
        ("a.csv", "", "a.csv has no column 'unit'; it has: none"),
        ("a.csv", "unit,rater,value\n1,a,1\n1,b\n", "line 3: 2 cells under 3 columns"),
        ("a.csv", 'unit,rater,value\n1,a,"1\n', "line 2: unexpected end of data"),
        ("a.csv", "unit,rater,value\n,a,1\n", "line 2: 'unit' holds no name"),
        ("a.jsonl", '{"unit": 1, "rater": "a", "value": 1}\n{"unit": 1}\n', "line 2 has no field 'rater'"),
        ("a.jsonl", "{\n", "line 1: not JSON"),
        ("a.jsonl", "[1]\n", "line 1: not a JSON object"),
        ("a.jsonl", "[" * 100_000, "line 1: not JSON"),
        (
            "a.jsonl",
            '{"unit": 1, "rater": "a", "value": [1]}',
            "line 1: 'value' is neither a number nor text",
        ),
        ("a.jsonl", '{"unit": {}, "rater": "a", "value": 1}', "line 1: 'unit' holds no name"),
        ("a.parquet", "PAR1", "a.parquet: "),
        ("a.xlsx", "", "a.xlsx: not a file of ratings"),
        ("a.csv.gz", "unit", "a.csv.gz: Not a gzipped file"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(AgreementError) as refused:
        read_tables(path)
    assert str(refused.value).startswith(said)


def test_a_weight_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("unit,rater,value,w\n1,a,1,-1\n")
    with pytest.raises(AgreementError, match="line 2: 'w' holds no positive number"):
        read_tables(path, columns=Columns(weight="w"))


@pytest.mark.parametrize("name", ["none.csv", "none.jsonl", "none.parquet"])
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(AgreementError, match=rf"^{name}: "):
        read_tables(tmp_path / name)


def test_text_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("unit,rater,value\n1,é,1\n".encode("latin-1"))
    with pytest.raises(AgreementError, match="not UTF-8"):
        read_tables(path)


def test_spaces_semicolons_and_empty_lines_of_spreadsheets_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "excel.csv"
    path.write_text("\ufeffunit; rater ;value\r\n1;Ann ;High \r\n1; Bob;High\r\n;;\r\n", encoding="utf-8")
    [table] = read_tables(path).values()
    assert show(table) == [("1", "Ann", "High"), ("1", "Bob", "High")]


def test_gaps_among_numbers_are_missing_ratings(tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text("unit,rater,value\n1,a,1\n1,b,NA\n2,a,nan\n2,b,2\n")
    [table] = read_tables(path).values()
    assert table.categories == (1, 2)
    assert table.excluded == {"missing": 2}


def test_a_word_among_numbers_is_named_unless_all_are_names(tmp_path: Path) -> None:
    path = tmp_path / "typo.csv"
    path.write_text("unit,rater,value\n1,a,1\n1,b,4?\n2,a,3\n")
    with pytest.raises(AgreementError, match=r"line 3: 'value' holds '4\?', and 2 numbers elsewhere"):
        read_tables(path)
    [table] = read_tables(path, level="nominal").values()
    assert table.categories == ("1", "3", "4?")


def test_numbers_name_the_same_unit_however_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "units.jsonl"
    path.write_text('{"unit": 1, "rater": "a", "value": 1}\n{"unit": 1.0, "rater": "b", "value": 1}\n')
    [table] = read_tables(path).values()
    assert table.units.tolist() == ["1"]


def test_words_with_their_order_are_ordinal(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("unit,rater,value\n1,a,low\n1,b,high\n")
    [table] = read_tables(path, categories=["low", "mid", "high"]).values()
    assert table.level == "ordinal"
    with pytest.raises(AgreementError, match="line 3: 'value' holds 'high', which is not in the categories"):
        read_tables(path, categories=["low", "mid"])
