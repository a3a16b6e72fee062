"""The card of a dataset as others read it: Croissant by its own reader, the front matter as YAML."""

import os
from pathlib import Path

import mlcroissant
import pyarrow.parquet as pq
import pytest
import yaml

OUT = Path(os.environ["JIANBAO_OUT"])


def test_croissant_is_valid_and_its_records_are_the_rows():
    dataset = mlcroissant.Dataset(OUT / "metadata.json")
    for name in ["items", "documents", "lines", "diagnostics"]:
        table = pq.read_table(OUT / f"{name}.parquet")
        records = list(dataset.records(name))
        assert len(records) == table.num_rows
        assert set(records[0]) == {f"{name}/{column}" for column in table.column_names}
    items = pq.read_table(OUT / "items.parquet").to_pylist()
    for record, item in zip(dataset.records("items"), items, strict=True):
        assert record["items/item_id"].decode() == item["item_id"]
        assert record["items/body"].decode() == item["body"]
        assert record["items/ordinal"] == item["ordinal"]
        assert [it.decode() for it in record["items/contributors"]] == item["contributors"]
        date = record["items/date"]
        assert (date and date.date()) == item["date"]


def test_the_front_matter_names_every_table():
    readme = (OUT / "README.md").read_text(encoding="utf-8")
    _, front, body = readme.split("---\n", 2)
    front = yaml.safe_load(front)
    assert front["language"] == ["zh"]
    assert [config["config_name"] for config in front["configs"]] == ["items", "documents", "lines", "diagnostics"]
    for config in front["configs"]:
        assert (OUT / config["data_files"]).is_file()
    assert "\n## Columns\n" in body


@pytest.mark.parametrize("file", ["README.md", "metadata.json"])
def test_no_place_on_this_machine_is_told(file):
    assert str(OUT.resolve()) not in (OUT / file).read_text(encoding="utf-8")
