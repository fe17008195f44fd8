//! Bytes to text. A byte order mark decides, then what was chosen, then UTF-8. Nothing is guessed: a wrong guess would
//! turn every accent of a file into other letters, and nobody would see it before the items are there.

use super::report::Warnings;
use encoding_rs as standard;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;
use utoipa::ToSchema;

/// What spreadsheets save text as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ImportEncoding)]
pub enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1250")]
    Windows1250,
    #[serde(rename = "windows-1251")]
    Windows1251,
    #[serde(rename = "windows-1252")]
    Windows1252,
    #[serde(rename = "windows-1253")]
    Windows1253,
    #[serde(rename = "windows-1254")]
    Windows1254,
    #[serde(rename = "windows-1255")]
    Windows1255,
    #[serde(rename = "windows-1256")]
    Windows1256,
    #[serde(rename = "windows-1257")]
    Windows1257,
    #[serde(rename = "windows-1258")]
    Windows1258,
    Macintosh,
    #[serde(rename = "shift_jis")]
    ShiftJis,
    Gb18030,
    Big5,
    EucKr,
}

impl Encoding {
    pub const ALL: [Encoding; 17] = [
        Self::Utf8,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Windows1250,
        Self::Windows1251,
        Self::Windows1252,
        Self::Windows1253,
        Self::Windows1254,
        Self::Windows1255,
        Self::Windows1256,
        Self::Windows1257,
        Self::Windows1258,
        Self::Macintosh,
        Self::ShiftJis,
        Self::Gb18030,
        Self::Big5,
        Self::EucKr,
    ];

    fn standard(self) -> &'static standard::Encoding {
        match self {
            Self::Utf8 => standard::UTF_8,
            Self::Utf16Le => standard::UTF_16LE,
            Self::Utf16Be => standard::UTF_16BE,
            Self::Windows1250 => standard::WINDOWS_1250,
            Self::Windows1251 => standard::WINDOWS_1251,
            Self::Windows1252 => standard::WINDOWS_1252,
            Self::Windows1253 => standard::WINDOWS_1253,
            Self::Windows1254 => standard::WINDOWS_1254,
            Self::Windows1255 => standard::WINDOWS_1255,
            Self::Windows1256 => standard::WINDOWS_1256,
            Self::Windows1257 => standard::WINDOWS_1257,
            Self::Windows1258 => standard::WINDOWS_1258,
            Self::Macintosh => standard::MACINTOSH,
            Self::ShiftJis => standard::SHIFT_JIS,
            Self::Gb18030 => standard::GB18030,
            Self::Big5 => standard::BIG5,
            Self::EucKr => standard::EUC_KR,
        }
    }

    fn name(self) -> String {
        self.standard().name().to_lowercase()
    }
}

/// By its name or another one that is usual for it, as in `latin1`.
impl FromStr for Encoding {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let meant = standard::Encoding::for_label(text.as_bytes());
        Self::ALL.into_iter().find(|encoding| Some(encoding.standard()) == meant).ok_or_else(|| {
            let names: Vec<String> = Self::ALL.into_iter().map(Self::name).collect();
            format!("an encoding is one of {}", names.join(", "))
        })
    }
}

pub(super) struct Decoded<'b> {
    /// Up to the first place that is not text, where there is one.
    pub text: Cow<'b, str>,
    pub encoding: &'static str,
    pub is_cut_short: bool,
}

/// Who chose an encoding has decided: what is not text in it is shown as such, and said. Otherwise the text ends there.
pub(super) fn decode<'b>(bytes: &'b [u8], chosen: Option<Encoding>, warnings: &mut Warnings) -> Decoded<'b> {
    let (encoding, bytes) = match standard::Encoding::for_bom(bytes) {
        Some((marked, mark)) => (marked, &bytes[mark..]),
        None => (chosen.unwrap_or(Encoding::Utf8).standard(), bytes),
    };
    let name = encoding.name();
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Decoded { text, encoding: name, is_cut_short: false };
    }
    if chosen.is_some() {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let lost = text.matches('\u{fffd}').count();
        warnings.file(format!("{lost} places are not text in {name}; they are shown as \u{fffd}."));
        return Decoded { text, encoding: name, is_cut_short: false };
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
    let mut before = String::with_capacity(room);
    _ = decoder.decode_to_string_without_replacement(bytes, &mut before, true);
    Decoded { text: Cow::Owned(before), encoding: name, is_cut_short: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_called_as_in_the_standard() {
        for encoding in Encoding::ALL {
            assert_eq!(serde_json::to_value(encoding).unwrap(), encoding.name());
            assert_eq!(encoding.name().parse(), Ok(encoding));
        }
        assert_eq!("latin1".parse(), Ok(Encoding::Windows1252));
        assert!("klingon".parse::<Encoding>().unwrap_err().contains("windows-1252"));
    }
}
