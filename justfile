# What can be done here. `just` alone lists it.
_default:
    @just --list --unsorted

# Build and read raw into out
run *ARGS: models
    cargo run --release --locked --quiet -- ingest {{ ARGS }}

# Fetch the networks that read scans, check them, and put them where the program looks (30 MB)
models:
    python3 tests/scan/fetch_models.py

# All tests, the dataset read by pandas, Polars, DuckDB and pyarrow, and the Python package
test: models readers-setup
    # With the Python package, though it has no tests in Rust: what both are built of is then built once.
    cargo test --workspace --locked
    "${CARGO_TARGET_DIR:-target}/debug/jianbao" ingest raw --out target/readers --quiet
    "${CARGO_TARGET_DIR:-target}/debug/jianbao" card target/readers
    JIANBAO_OUT=target/readers target/venv/bin/python -m pytest -q -p no:cacheprovider tests/readers
    just test-report
    JIANBAO="${CARGO_TARGET_DIR:-target}/debug/jianbao" just wheel dev

# The Python package, built into target/wheels and tested in a fresh environment; `just wheel dev` builds it quicker
wheel *PROFILE: models
    #!/usr/bin/env bash
    set -euo pipefail
    test -x target/maturin/bin/python || python3 -m venv target/maturin
    target/maturin/bin/python -m pip install --quiet --disable-pip-version-check maturin==1.16.0
    rm -rf target/wheels target/wheel-venv
    target/maturin/bin/maturin build --quiet --locked --profile {{ if PROFILE == "" { "release" } else { PROFILE } }} --manifest-path python/Cargo.toml --out target/wheels
    python3 -m venv target/wheel-venv
    target/wheel-venv/bin/python -m pip install --quiet --disable-pip-version-check target/wheels/*.whl -r python/tests/requirements.txt
    target/wheel-venv/bin/python -m pytest -q -p no:cacheprovider python/tests
    source target/wheel-venv/bin/activate
    (cd python && mypy --cache-dir ../target/mypy && pyright)
    pyright --ignoreexternal --verifytypes jianbao > target/wheels/types.txt || { cat target/wheels/types.txt; exit 1; }

# What the Python package costs beside the program, on the same files
bench-wheel *ARGS: wheel
    cargo build --release --locked --package jianbao --package jianbao-python
    target/wheel-venv/bin/python python/tests/bench.py "${CARGO_TARGET_DIR:-target}/release/jianbao" {{ ARGS }}

# Clusters on this machine, of Ray and of Spark, with a node killed in the middle: the dataset of one run, and how fast
cluster *ARGS: wheel (cluster-test ARGS "--throughput")

# The same on what `just wheel` has built
cluster-test *ARGS: wheel-there
    test -x target/cluster-venv/bin/python || python3 -m venv target/cluster-venv
    target/cluster-venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/cluster/requirements.txt
    target/cluster-venv/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps target/wheels/*.whl
    cd target && cluster-venv/bin/python ../tests/cluster/cluster.py {{ ARGS }}

# The example of Daft in docs/scale.md, in an environment of its own, since it wants an older pyarrow
daft: wheel-there
    test -x target/daft-venv/bin/python || python3 -m venv target/daft-venv
    target/daft-venv/bin/python -m pip install --quiet --disable-pip-version-check daft==0.7.26 pyarrow==25.0.1
    target/daft-venv/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps target/wheels/*.whl
    target/daft-venv/bin/python tests/cluster/daft_rows.py

# The notebooks, run on the samples
notebooks: wheel-there
    test -x target/notebook-venv/bin/python || python3 -m venv target/notebook-venv
    target/notebook-venv/bin/python -m pip install --quiet --disable-pip-version-check -r notebooks/requirements.txt
    target/notebook-venv/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps target/wheels/*.whl
    target/notebook-venv/bin/python -m pytest -q -p no:cacheprovider --nbmake notebooks

[private]
wheel-there:
    ls target/wheels/*.whl > /dev/null 2>&1 || just wheel dev

# The report in a real browser, if there is a Chromium; pictures of its pages go to out/report-*.png
test-report: models
    #!/usr/bin/env bash
    set -euo pipefail
    browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
        echo "not tested: the report in a browser, for which there must be a Chromium (apt-get install chromium fonts-noto-cjk)"
        exit 0
    }
    # As the tests build it, so that nothing is built twice.
    cargo test --workspace --locked --quiet --no-run --test report
    test -x target/report-venv/bin/python || python3 -m venv target/report-venv
    target/report-venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/report/requirements.txt
    JIANBAO="${CARGO_TARGET_DIR:-target}/debug/jianbao" JIANBAO_BROWSER="$browser" \
        target/report-venv/bin/python -m pytest -q -p no:cacheprovider tests/report

# The pictures of the report in the README, made again
report-pictures:
    JIANBAO_README_PICTURES=docs just test-report

# How well wraps are repaired, by layout and on the documents of all families; `--show N` shows N wrong decisions
score *ARGS:
    cargo test --locked --quiet --test score -- {{ ARGS }}

# Speed and memory: each stage on one core, then the whole program over 10,000 made-up documents beside a script
bench *ARGS:
    cargo bench --locked --quiet --bench bench -- {{ ARGS }}

# Runs over many documents killed at random moments and run again until done, then one with every fault a worker can have
chaos *ARGS: models
    cargo build --release --locked
    python3 tests/batch/batch.py "${CARGO_TARGET_DIR:-target}/release/jianbao" chaos {{ ARGS }}
    python3 tests/batch/batch.py "${CARGO_TARGET_DIR:-target}/release/jianbao" faults

# What workers cost beside one process, what running again costs, and the memory of many documents
bench-batch: models
    cargo build --release --locked
    python3 tests/batch/batch.py "${CARGO_TARGET_DIR:-target}/release/jianbao" speed
    python3 tests/batch/batch.py "${CARGO_TARGET_DIR:-target}/release/jianbao" memory

# What comparing two datasets of 100,000 items costs, and a report against an older dataset
bench-diff:
    cargo build --release --locked
    python3 tests/diff/bench.py "${CARGO_TARGET_DIR:-target}/release/jianbao" "${CARGO_TARGET_DIR:-target}/diff"

# Formatting, clippy, docs: nothing may be remarked
lint:
    cargo fmt --all --check
    cargo clippy --workspace --locked --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --locked --no-deps --document-private-items

# The Python readers, in an environment of their own
[private]
readers-setup:
    test -x target/venv/bin/python || python3 -m venv target/venv
    target/venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/readers/requirements.txt

# How well PDF files are read: characters on a set from many producers, items on documents set anew
score-pdf *ARGS: pdf-setup
    cargo build --release --locked
    target/pdf-venv/bin/python tests/pdf/score.py "${CARGO_TARGET_DIR:-target}/release/jianbao" \
        --make ../shared/tools/make_pdfs.py ../shared/corpus --score-items ../shared/tools/score_items.py \
        --gold tests/families/documents --gold ../shared/corpus {{ ARGS }}

# How many made-up newspaper pages are read story by story
score-news FROM="1000" TO="1150": pdf-setup
    cargo build --release --locked
    target/pdf-venv/bin/python tests/pdf/news.py make target/news {{ FROM }} {{ TO }}
    target/pdf-venv/bin/python tests/pdf/news.py score "${CARGO_TARGET_DIR:-target}/release/jianbao" target/news --items

# CPU time and memory on PDF files beside other programs
bench-pdf *ARGS: pdf-setup
    cargo build --release --locked
    target/pdf-venv/bin/python tests/pdf/bench.py "${CARGO_TARGET_DIR:-target}/release/jianbao" {{ ARGS }}

# How well items are read from scans: pages set line by line, and documents typeset, printed and scanned
score-scans *ARGS: models pdf-setup
    cargo build --release --locked
    target/pdf-venv/bin/python tests/pdf/typeset.py target/typeset tests/families/documents ../shared/corpus --documents 8
    target/pdf-venv/bin/python tests/scan/score.py "${CARGO_TARGET_DIR:-target}/release/jianbao" \
        --make ../shared/tools/make_scans.py ../shared/corpus --score-items ../shared/tools/score_items.py \
        --gold ../shared/corpus --typeset target/typeset {{ ARGS }}

# Files that ask for too much: what is said of them, then the time and memory each takes
bombs:
    cargo test --release --locked --quiet --test pdf -- --ignored
    cargo build --release --locked
    python3 tests/pdf/bombs.py "${CARGO_TARGET_DIR:-target}/release/jianbao" "${CARGO_TARGET_DIR:-target}/tmp/bombs"

# Feed made-up input to one part of the PDF reader for some seconds: file, content, to_unicode, cmap, font_file or page_objects
fuzz TARGET SECONDS="60":
    command -v cargo-fuzz > /dev/null || cargo install cargo-fuzz --locked
    mkdir -p fuzz/corpus/{{ TARGET }}
    RUSTC_BOOTSTRAP=1 cargo fuzz run {{ TARGET }} fuzz/corpus/{{ TARGET }} tests/pdf/files -- -max_total_time={{ SECONDS }} -rss_limit_mb=1024 -timeout=20

# Make tests/pdf/files again
pdf-files: pdf-setup
    target/pdf-venv/bin/python tests/pdf/make_files.py

# Make tests/scan/files again; needs tiffcp (libtiff-tools) besides
scan-files: pdf-setup
    target/pdf-venv/bin/python tests/scan/make_files.py

# The Python that makes and scores PDF files, in an environment of its own
[private]
pdf-setup:
    test -x target/pdf-venv/bin/python || python3 -m venv target/pdf-venv
    target/pdf-venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/pdf/requirements.txt

# How well and how fast made-up scans are read, beside RapidOCR and Tesseract
bench-ocr *ARGS: models
    test -x target/ocr-venv/bin/python || python3 -m venv target/ocr-venv
    target/ocr-venv/bin/python -m pip install --quiet --disable-pip-version-check rapidocr==3.10.0 onnxruntime==1.31.1 pillow numpy rapidfuzz
    cargo build --release --locked
    target/ocr-venv/bin/python tests/scan/bench.py "${CARGO_TARGET_DIR:-target}/release/jianbao" \
        --make ../shared/tools/make_scans.py ../shared/corpus --score ../shared/tools/score_ocr.py {{ ARGS }}
