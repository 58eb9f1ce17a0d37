//! Offsets in the units of other programs. Programs written in Java and JavaScript count UTF-16 code
//! units, in which a character outside the Basic Multilingual Plane, such as an emoji, counts two.

/// Translates between code points and UTF-16 code units of one text.
#[derive(Debug, Clone, Default)]
pub struct Utf16Index {
    /// Code point offsets of the characters that count two.
    wide: Vec<usize>,
}

impl Utf16Index {
    /// Indexes `text`.
    pub fn new(text: &str) -> Self {
        Self { wide: text.chars().enumerate().filter(|(_, c)| c.len_utf16() == 2).map(|(i, _)| i).collect() }
    }

    /// UTF-16 offset of a code point offset.
    ///
    /// ```
    /// use dabir::exchange::units::Utf16Index;
    /// let index = Utf16Index::new("🙂 پل");
    /// assert_eq!((index.to_utf16(0), index.to_utf16(1), index.to_utf16(4)), (0, 2, 5));
    /// ```
    pub fn to_utf16(&self, char: usize) -> usize {
        char + self.wide.partition_point(|&w| w < char)
    }

    /// Code point offset of a UTF-16 offset; `None` inside a character.
    pub fn from_utf16(&self, unit: usize) -> Option<usize> {
        let mut low = 0;
        let mut high = self.wide.len();
        // The number of wide characters that begin before the unit.
        while low < high {
            let middle = (low + high) / 2;
            if self.wide[middle] + middle < unit { low = middle + 1 } else { high = middle }
        }
        let char = unit - low;
        let inside = low > 0 && self.wide[low - 1] + low == unit;
        (!inside).then_some(char)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ways(text in "[a🙂و\u{200c}𐎠]{0,60}") {
            let index = Utf16Index::new(&text);
            let mut unit = 0;
            for (char, c) in text.chars().enumerate() {
                prop_assert_eq!(index.to_utf16(char), unit);
                prop_assert_eq!(index.from_utf16(unit), Some(char));
                if c.len_utf16() == 2 {
                    prop_assert_eq!(index.from_utf16(unit + 1), None);
                }
                unit += c.len_utf16();
            }
            prop_assert_eq!(index.to_utf16(text.chars().count()), text.encode_utf16().count());
        }
    }
}
