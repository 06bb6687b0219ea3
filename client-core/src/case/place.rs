//! Where something happened. The time zone belongs to the place: Kazakhstan has had two, and places changed between them.

use habeas_clock::Zone;
use serde::{Deserialize, Serialize};

use super::word::words;

/// A place, as exactly as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The city or region that counts are made by.
    pub city: City,
    /// The station, court, hospital, square or street.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Place {
    /// The place's time zone.
    pub fn zone(&self) -> Zone {
        self.city.zone()
    }
}

words! {
    /// A city of Kazakhstan with its time zone. Renamed cities keep one entry, so that counts do not fall apart.
    #[allow(missing_docs, reason = "the names of cities say what they are")]
    pub enum City {
        Aktau = "aktau",
        Aktobe = "aktobe",
        Almaty = "almaty",
        Astana = "astana",
        Atyrau = "atyrau",
        Karaganda = "karaganda",
        Kokshetau = "kokshetau",
        Konaev = "konaev",
        Kostanay = "kostanay",
        Kyzylorda = "kyzylorda",
        Oral = "oral",
        Oskemen = "oskemen",
        Pavlodar = "pavlodar",
        Petropavl = "petropavl",
        Semey = "semey",
        Shymkent = "shymkent",
        Taldykorgan = "taldykorgan",
        Taraz = "taraz",
        Turkistan = "turkistan",
        Zhezkazgan = "zhezkazgan",
    }
}

impl City {
    /// The city's time zone, by its IANA name.
    pub fn zone_name(self) -> &'static str {
        match self {
            Self::Aktau => "Asia/Aqtau",
            Self::Aktobe => "Asia/Aqtobe",
            Self::Atyrau => "Asia/Atyrau",
            Self::Kostanay => "Asia/Qostanay",
            Self::Kyzylorda => "Asia/Qyzylorda",
            Self::Oral => "Asia/Oral",
            _ => "Asia/Almaty",
        }
    }

    /// The city's time zone.
    #[allow(clippy::expect_used, reason = "the zone data is built in, and a test names every zone")]
    pub fn zone(self) -> Zone {
        Zone::named(self.zone_name()).expect("built-in zone data holds every zone named here")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Word as _;
    use super::*;

    #[test]
    fn every_city_has_its_zone_and_is_read_by_its_word() {
        for &city in City::ALL {
            assert_eq!(city.zone().name(), city.zone_name());
            assert_eq!(serde_json::to_string(&city).unwrap(), format!("{:?}", city.word()));
            assert_eq!(serde_json::from_str::<City>(&format!("{:?}", city.word())).unwrap(), city);
        }
        assert!(serde_json::from_str::<City>("\"atlantis\"").is_err());
    }
}
