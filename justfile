# What can be done here. `just` alone lists it.
_default:
    @just --list --unsorted

# Build and read raw into out
run *ARGS:
    cargo run --release --locked --quiet -- ingest {{ ARGS }}

# All tests, and the dataset read by pandas, Polars, DuckDB and pyarrow
test: readers-setup
    cargo test --locked
    "${CARGO_TARGET_DIR:-target}/debug/jianbao" ingest raw --out target/readers --quiet
    JIANBAO_OUT=target/readers target/venv/bin/python -m pytest -q -p no:cacheprovider tests/readers

# How well wraps are repaired, by layout and on the documents of all families; `--show N` shows N wrong decisions
score *ARGS:
    cargo test --locked --quiet --test score -- {{ ARGS }}

# Speed and memory: each stage on one core, then the whole program over 10,000 made-up documents beside a script
bench *ARGS:
    cargo bench --locked --quiet --bench bench -- {{ ARGS }}

# Formatting, clippy, docs: nothing may be remarked
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items

# The Python readers, in an environment of their own
[private]
readers-setup:
    test -x target/venv/bin/python || python3 -m venv target/venv
    target/venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/readers/requirements.txt
