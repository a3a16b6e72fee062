#![no_main]
//! The input is the file.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    wrapped::read(data);
});
