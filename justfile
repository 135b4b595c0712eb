# What is done often. What needs an `if` lives in xtask.

# Everything that must hold before a change lands; what CI runs.
check:
    cargo run --quiet -p xtask -- check

# The tests.
test:
    cargo test --workspace

# A newsroom for an edition: `just run editions/iran.toml`.
run edition *args:
    cargo run --release -- run {{edition}} {{args}}

# A newsroom for an invented country, served from this machine.
sample *args:
    cargo run --release -- run --sample {{args}}

# Scores on labelled sets; `just eval --write` records them.
eval *args:
    cargo build --release && cargo run --quiet -p xtask -- eval {{args}}

# Scores of the extractor on pages left out of its learning; `just learn --write` learns anew from
# the labelled pages and replaces the trees.
learn *args:
    cargo run --quiet -p xtask -- learn {{args}}

# Speed beside peers: `just bench feed FILE…`.
bench name *args:
    cargo run --release --manifest-path bench/Cargo.toml -p bench-{{name}} -- {{args}}

# Inputs nobody would write: `just fuzz feed_parse`. Needs cargo-fuzz and a nightly toolchain.
fuzz target *args:
    cargo +nightly fuzz run {{target}} -- {{args}}

# The layout of the code.
fmt:
    cargo fmt --all

# The code's own pages.
doc:
    cargo doc --workspace --no-deps --document-private-items

# The longest functions and the largest files.
shape:
    cargo run --quiet -p xtask -- shape

# Simulated months on a web full of troubles: `just sim 1000`, or one seed again with `just sim 1 42`.
sim seeds *first:
    cargo run --release -p chapar-testkit --example simulate -- {{seeds}} {{first}}
