//! Small readings of columns that several tables share.

use crate::StoreError;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Milliseconds since 1970 as an instant.
pub(crate) fn instant(column: &'static str, ms: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(ms)
        .map_err(|_out_of_range| StoreError::BadRow { column, value: ms.to_string() })
}

/// A column of JSON.
pub(crate) fn json<T: DeserializeOwned>(column: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_syntax| bad(column, text))
}

/// A value as JSON.
pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

/// A column that holds something nothing here writes.
pub(crate) fn bad(column: &'static str, value: &str) -> StoreError {
    StoreError::BadRow { column, value: value.chars().take(80).collect() }
}

/// A column whose value is read by `read`.
pub(crate) fn parsed<T>(
    column: &'static str,
    text: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    read(text).ok_or_else(|| bad(column, text))
}

/// A name written by serde's `rename_all`, such as an enum without fields.
pub(crate) fn named<T: DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_unknown| bad(column, text))
}

/// Saturates at the largest number a column holds.
pub(crate) fn int(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}
