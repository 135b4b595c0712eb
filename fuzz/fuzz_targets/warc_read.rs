//! WARC streams of any bytes, plain and packed: nothing panics, reading ends, and the same bytes read
//! the same. The first byte chooses whether they are packed first.
#![no_main]

use chapar_store::warc::{Record, RecordReader, split_http};
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use std::io::Write;

fn read(stream: &[u8]) -> (Vec<Record>, Option<String>) {
    let mut records = Vec::new();
    let Ok(reader) = RecordReader::new(stream) else { return (records, None) };
    for record in reader {
        match record {
            Ok(record) => records.push(record),
            Err(error) => return (records, Some(error.to_string())),
        }
    }
    (records, None)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, stream)) = bytes.split_first() else { return };
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = packer.write_all(stream).and_then(|()| packer.finish());
    let stream = match packed.as_deref() {
        Ok(packed) if choice & 1 == 1 => packed,
        _ => stream,
    };
    let (records, error) = read(stream);
    assert_eq!(read(stream), (records.clone(), error));
    for record in &records {
        if let Some((_, _, body)) = split_http(&record.block) {
            assert!(body.len() <= record.block.len());
        }
    }
});
