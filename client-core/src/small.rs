//! Small letters of the alphabets in which places are written here. The standard library's serve every script, by tables that are 8 kB of an app
//! that goes over slow networks.

/// The text in small letters, as far as it is Latin or Cyrillic.
pub fn letters(text: &str) -> String {
    text.chars().map(letter).collect()
}

fn letter(capital: char) -> char {
    let distance = match capital {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        // Pairs: a capital with its small letter behind it.
        'Ā'..='į' | 'Ĳ'..='ķ' | 'Ŋ'..='ŷ' | 'Ѡ'..='ҁ' | 'Ҋ'..='ҿ' | 'Ӑ'..='ԯ' => {
            u32::from(u32::from(capital) % 2 == 0)
        }
        'Ĺ'..='ň' | 'Ź'..='ž' | 'Ӂ'..='ӎ' => u32::from(u32::from(capital) % 2 == 1),
        'Ӏ' => 15,
        'Ÿ' => return 'ÿ',
        _ => 0,
    };
    char::from_u32(u32::from(capital) + distance).unwrap_or(capital)
}

#[cfg(test)]
mod tests {
    /// Every letter of Latin-1 and of the first extension behind it, and of Cyrillic with its supplement.
    #[test]
    fn small_letters_are_those_of_the_standard_library() {
        for c in ('\u{20}'..='\u{17f}').chain('\u{400}'..='\u{52f}') {
            // The one letter here whose small form is two.
            if c != 'İ' {
                assert_eq!(super::letters(&c.to_string()), c.to_lowercase().to_string(), "{c}");
            }
        }
        assert_eq!(super::letters("БОСТАНДЫҚ АУДАНДЫҚ ӘҢҒІҮҰӨҺ Ėė"), "бостандық аудандық әңғіүұөһ ėė");
    }
}
