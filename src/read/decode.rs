//! Bytes to text: UTF-8 with or without a byte-order mark, and older encodings where asked for.

use std::borrow::Cow;

use super::ReadError;

/// Encodings that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// Windows-1256 (Arabic).
    Windows1256,
    /// UTF-16, little endian unless a byte-order mark says otherwise.
    Utf16,
}

/// Decodes `bytes`; a byte-order mark is not part of the text.
///
/// # Errors
/// [`ReadError::Encoding`] with the place of the first byte that does not fit.
///
/// ```
/// use dabir::read::{Encoding, decode};
/// assert_eq!(decode(b"\xef\xbb\xbf\xd8\xb4", Encoding::Utf8)?, "ش");
/// assert_eq!(decode(b"\xd4\xe6\xd1\xc7", Encoding::Windows1256)?, "شورا");
/// assert!(decode(b"\xd4\xe6\xd1\xc7", Encoding::Utf8).is_err());
/// # Ok::<(), dabir::read::ReadError>(())
/// ```
pub fn decode(bytes: &[u8], encoding: Encoding) -> Result<String, ReadError> {
    let fail = |byte: usize, encoding, hint| ReadError::Encoding {
        line: bytes[..byte.min(bytes.len())].iter().filter(|&&b| b == b'\n').count() + 1,
        byte,
        encoding,
        hint,
    };
    let (codec, name, hint) = match encoding {
        Encoding::Utf8 => {
            let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            if body.starts_with(b"\xff\xfe") || body.starts_with(b"\xfe\xff") {
                return Err(fail(0, "UTF-8", "it looks like UTF-16: pass --encoding utf-16"));
            }
            return std::str::from_utf8(body).map(str::to_owned).map_err(|e| {
                let byte = e.valid_up_to() + (bytes.len() - body.len());
                fail(byte, "UTF-8", "if it is an older file, pass --encoding windows-1256")
            });
        }
        Encoding::Windows1256 => {
            (encoding_rs::WINDOWS_1256, "Windows-1256", "check the encoding of the file")
        }
        Encoding::Utf16 => (encoding_rs::UTF_16LE, "UTF-16", "check the encoding of the file"),
    };
    let (text, _, damaged) = codec.decode(bytes);
    if damaged {
        return Err(fail(0, name, hint));
    }
    Ok(Cow::into_owned(text))
}
