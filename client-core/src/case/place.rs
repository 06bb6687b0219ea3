//! Where something happened. The time zone belongs to the place: Kazakhstan has had two, and places changed between them.

use habeas_clock::Zone;
use serde::{Deserialize, Serialize};

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

/// A city of Kazakhstan with its time zone. Renamed cities keep one entry, so that counts do not fall apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names of cities say what they are")]
pub enum City {
    Aktau,
    Aktobe,
    Almaty,
    Astana,
    Atyrau,
    Karaganda,
    Kokshetau,
    Konaev,
    Kostanay,
    Kyzylorda,
    Oral,
    Oskemen,
    Pavlodar,
    Petropavl,
    Semey,
    Shymkent,
    Taldykorgan,
    Taraz,
    Turkistan,
    Zhezkazgan,
}

impl City {
    /// Every city, in the order of the alphabet.
    pub const ALL: [Self; 20] = [
        Self::Aktau,
        Self::Aktobe,
        Self::Almaty,
        Self::Astana,
        Self::Atyrau,
        Self::Karaganda,
        Self::Kokshetau,
        Self::Konaev,
        Self::Kostanay,
        Self::Kyzylorda,
        Self::Oral,
        Self::Oskemen,
        Self::Pavlodar,
        Self::Petropavl,
        Self::Semey,
        Self::Shymkent,
        Self::Taldykorgan,
        Self::Taraz,
        Self::Turkistan,
        Self::Zhezkazgan,
    ];

    /// The name in records, such as `almaty`; texts for people are found by it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Aktau => "aktau",
            Self::Aktobe => "aktobe",
            Self::Almaty => "almaty",
            Self::Astana => "astana",
            Self::Atyrau => "atyrau",
            Self::Karaganda => "karaganda",
            Self::Kokshetau => "kokshetau",
            Self::Konaev => "konaev",
            Self::Kostanay => "kostanay",
            Self::Kyzylorda => "kyzylorda",
            Self::Oral => "oral",
            Self::Oskemen => "oskemen",
            Self::Pavlodar => "pavlodar",
            Self::Petropavl => "petropavl",
            Self::Semey => "semey",
            Self::Shymkent => "shymkent",
            Self::Taldykorgan => "taldykorgan",
            Self::Taraz => "taraz",
            Self::Turkistan => "turkistan",
            Self::Zhezkazgan => "zhezkazgan",
        }
    }

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
    use super::*;

    #[test]
    fn every_city_has_its_zone_and_is_read_by_its_code() {
        for city in City::ALL {
            assert_eq!(city.zone().name(), city.zone_name());
            let read: City = serde_json::from_str(&format!("{:?}", city.code())).unwrap();
            assert_eq!(read, city);
        }
    }
}
