//! What the clock counts by that no single fact says: ages, whom the law spares, whether it was night.

use habeas_clock::{Instant, Interval, Record, Truth, Zone};
use jiff::civil::Date;

use super::What;
use super::fact::Fact;
use super::vocabulary::{Penalty, Sex, Vulnerability};

/// What takes two facts to know: those whom CAO 50(2) and CPC 209(3-1) spare by sex together with age or children.
pub(super) fn spared(record: &mut Record, facts: &[&Fact], start: Interval) {
    let is = |sex: Sex| {
        let said = |wanted: bool| facts.iter().any(|f| matches!(&f.what, What::Sex { sex: said } if (*said == sex) == wanted));
        said(true) && !said(false)
    };
    let arrest = |fact: &&&Fact| matches!(fact.what, What::Sentenced { penalty: Penalty::Arrest, .. });
    // Arrest may not be imposed on them when it is imposed.
    let imposed = facts.iter().filter(arrest).map(|fact| fact.when).reduce(Interval::hull).unwrap_or(start);
    let mut say = |name: &str, holds: Truth, fact: &Fact| {
        if holds != Truth::Unknown {
            record.conditions.push((name.to_owned(), holds, fact.id.to_string()));
        }
    };
    let zone = record.zone.clone();
    for fact in facts {
        match &fact.what {
            // What one sex never is; of somebody whose sex is disputed nothing follows.
            What::Sex { sex } if is(*sex) => {
                let never: &[&str] = match sex {
                    Sex::Male => &["pregnant", "woman_over_58", "woman_58_or_over", "woman_with_child_under_14"],
                    Sex::Female => &["man_over_63", "man_63_or_over", "man_alone_with_child_under_14"],
                };
                never.iter().for_each(|name| say(name, Truth::False, fact));
            }
            What::Birth { date } => {
                for (sex, age, over, or_over) in
                    [(Sex::Female, 58, "woman_over_58", "woman_58_or_over"), (Sex::Male, 63, "man_over_63", "man_63_or_over")]
                {
                    // "58 and over" begins with the birthday. Whether "over 58" does, or a year later, the text does not say.
                    let of = |young: Truth| if young == Truth::True || is(sex) { young.not() } else { Truth::Unknown };
                    say(or_over, of(under(age, date, start, &zone)), fact);
                    let (reached, passed) = (of(under(age, date, imposed, &zone)), of(under(age + 1, date, imposed, &zone)));
                    say(over, if reached == passed { reached } else { Truth::Unknown }, fact);
                }
            }
            What::Vulnerability { which: Vulnerability::ChildUnder14, holds: false } => {
                say("woman_with_child_under_14", Truth::False, fact);
                say("man_alone_with_child_under_14", Truth::False, fact);
            }
            What::Vulnerability { which: Vulnerability::ChildUnder14, holds: true } => {
                if is(Sex::Female) {
                    say("woman_with_child_under_14", Truth::True, fact);
                }
                for carer in facts.iter().filter(|_| is(Sex::Male)) {
                    if let What::Vulnerability { which: Vulnerability::SoleCarer, holds } = carer.what {
                        say("man_alone_with_child_under_14", holds.into(), carer);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The hours of the night: CPC 7(51).
fn is_night(at: Instant, zone: &Zone) -> bool {
    !(6..22).contains(&at.local(zone).hour())
}

/// Whether an interrogation that began then, and went on for so long, fell into the night.
pub(super) fn at_night(when: Interval, minutes: Option<u32>, zone: &Zone) -> Truth {
    let (Some(from), Some(to)) = (when.from, when.to) else { return Truth::Unknown };
    let step = 30 * 60;
    let lasted = i64::from(minutes.unwrap_or_default()) * 60;
    if to.seconds() - from.seconds() >= 24 * 3600 {
        return Truth::Unknown;
    }
    let through = |first: i64, last: i64| (first..=last).step_by(step).chain([last]).filter_map(Instant::from_seconds);
    let night = |at: Instant| is_night(at, zone);
    // The last second of a minute still lies in it, and an interrogation that ends as the night begins was none at night.
    let last = (to.seconds() - 1).max(from.seconds());
    let end = (lasted - 1).max(0);
    let whole = |offset: i64| through(from.seconds() + offset, last + offset).all(night);
    if (0..=end).step_by(step).chain([end]).any(whole) {
        Truth::True
    } else if through(from.seconds(), last + end).any(night) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// Whether somebody born then was younger than so many years when custody began. Knowing only the year leaves a year of doubt.
pub(super) fn under(years: i32, birth: &str, start: Interval, zone: &Zone) -> Truth {
    let Some((from, to)) = birthdays(birth, years) else {
        return Truth::Unknown;
    };
    let on = |at: Instant| at.local(zone).date();
    if start.to.is_some_and(|last| on(last) < from) {
        Truth::True
    } else if start.from.is_some_and(|first| on(first) >= to) {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// The earliest and latest day on which somebody born then reaches that age.
fn birthdays(birth: &str, years: i32) -> Option<(Date, Date)> {
    let turns = |date: Date| date.checked_add(jiff::Span::new().try_years(years).ok()?).ok();
    match birth.parse::<i16>() {
        Ok(year) => Some((turns(Date::new(year, 1, 1).ok()?)?, turns(Date::new(year, 12, 31).ok()?)?)),
        Err(_) => habeas_clock::date(birth).and_then(turns).map(|day| (day, day)),
    }
}
