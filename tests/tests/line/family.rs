//! Families, lawyers and advocates: what reaches them, when, and what does not.

use habeas_tests::device::Person;
use habeas_tests::mail::{MailServer, decoded, link, mails};
use habeas_tests::server::Server;
use habeas_tests::that_hold;

use crate::on_both;

/// What Aigerim's mother writes into the form.
pub const MOTHERS: [(&str, &str); 6] = [
    ("name", "Айгерім"),
    ("relationship", "ана"),
    ("email", "mother@example.org"),
    ("word", "қарлығаш"),
    ("sign", "алма"),
    ("lang", "en"),
];

#[test]
fn mail_reaches_a_real_mail_server_over_smtp() {
    let postmaster = MailServer::start();
    let server = Server::start_with(&["--smtp", &postmaster.url(), "--mail-from", "habeas@example.org"]);
    let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
    let request = [
        ("name", "Aigerim"),
        ("relationship", "mother"),
        ("email", "mother@example.net"),
        ("word", "swallow"),
        ("sign", "apple"),
        ("lang", "ru"),
    ];
    assert!(browser.send("/family", &request).contains("Спасибо"));
    let mail = decoded(&postmaster.next_mail());
    assert!(
        mail.contains("Подтвердите, пожалуйста, ваш запрос") && mail.contains("/family/confirm?t=") && mail.contains("apple"),
        "{mail}"
    );
    assert!(mail.contains("auto-generated") && mail.contains("@example.org"), "{mail}");
    assert!(!server.folder.path().join("mail").exists(), "with SMTP nothing goes into files");
}

/// A family at their browser: no JavaScript, no cookies.
pub struct Browser(pub ureq::Agent, pub String);

impl Browser {
    pub fn get(&self, address: &str) -> String {
        let address = if address.starts_with("http") { address.to_owned() } else { format!("{}{address}", self.1) };
        self.0.get(address).call().unwrap().body_mut().read_to_string().unwrap()
    }

    pub fn send(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.0.post(format!("{}{path}", self.1)).send_form(fields.iter().copied()).unwrap().body_mut().read_to_string().unwrap()
    }
}

/// A mail without its links and ids, whose random digits may spell anything.
fn without_tokens(mail: &str) -> String {
    let random = |word: &&str| word.contains("?t=") || word.contains("@localhost") || word.len() > 30;
    mail.split_whitespace().filter(|word| !random(word)).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_person_recorded_offline_reaches_a_familys_mailbox_and_an_advocates_count() {
    on_both(|databases| {
        let server = Server::start(databases);
        let aliya = Person::founds("aliya", &server);
        let dana = Person::joins("dana", "lawyer", &server, &aliya);
        let marat = Person::joins("marat", "lawyer", &server, &aliya);
        let saule = Person::joins("saule", "advocate", &server, &aliya);
        aliya.approves_all();
        [&dana, &marat, &saule].iter().for_each(|person| drop(person.does(&["sync"])));
        dana.does(&["contact", "dana@example.org"]);

        // Aigerim was kettled four hours ago; nobody has opened a case against her.
        let zone = "Asia/Almaty";
        let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get(zone).unwrap());
        let ago = |minutes: i64| (&now - jiff::Span::new().minutes(minutes)).strftime("%Y-%m-%d %H:%M").to_string();
        let case = dana.begins("Айгерім Сәрсенова");
        dana.adds(
            &case,
            &["restrained", "exit_offered=no", "--when", &ago(240), "--city", "almaty", "--place", "Republic Square"],
        );
        dana.adds(&case, &["regime", "regime=none", "--when", &ago(240)]);

        // Her mother asks, on a page without JavaScript, and confirms by the mailed link.
        let browser = Browser(ureq::Agent::new_with_defaults(), server.address.clone());
        assert!(browser.get("/family?lang=kk").contains("Ұсталған адам туралы сұрау"));
        assert!(browser.send("/family", &MOTHERS).contains("confirm within 24 hours"));
        let confirm = link(&mails(&server, "Please confirm", 1)[0], "/family/confirm");
        assert!(aliya.does(&["family", "list"]).contains("No family"), "nothing to decide before the address is confirmed");
        assert!(browser.get(&confirm).contains("Shall we write"), "looking at the page changes nothing");
        assert!(aliya.does(&["family", "list"]).contains("No family"));
        let token = confirm.split_once("t=").unwrap().1;
        assert!(browser.send("/family/confirm", &[("t", token)]).contains("Confirmed"));
        mails(&server, "Keep this mail", 1);

        // Nothing about anybody goes out before a coordinator has attached the request.
        dana.does(&["sync"]);
        aliya.does(&["sync"]);
        let list = aliya.does(&["family", "list"]);
        assert!(list.contains("confirmed") && list.contains("Айгерім"), "{list}");
        aliya.does(&["assign", &case, "dana"]);
        mails(&server, "over the limit if still held", 1);
        aliya.does(&["family", "attach", list.split_whitespace().next().unwrap(), &case]);

        // Nobody has verified the text of the rule: the family reads and hears nothing of it until a coordinator allows that.
        let waits = browser.send("/family/status", &[("t", token), ("word", "қарлығаш")]);
        assert!(!waits.contains("No release is on record"), "{waits}");
        let rules = aliya.does(&["rules", "list"]);
        assert!(rules.contains("kz.cao.detention") && rules.contains("families do not hear"), "{rules}");
        assert!(dana.fails(&["rules", "allow", "kz.cao.detention"]).contains("may not do that"));
        assert!(aliya.fails(&["rules", "allow", "kz.cao.detained"]).contains("no such rule"));
        aliya.does(&["rules", "allow", "kz.cao.detention"]);

        // The limit of three hours (CAO 789(1)) passed an hour ago: the honest words, and nothing that harms.
        let told = mails(&server, "No release is on record", 1).remove(0);
        let passed = (&now - jiff::Span::new().minutes(60)).strftime("%H:%M").to_string();
        assert!(told.contains(&passed) && told.contains("mother@example.org") && told.contains("алма"), "{told}");
        assert!(told.contains("List-Unsubscribe-Post") && told.contains("Auto-Submitted"), "{told}");
        for word in ["Айгерім", "Aigerim", "Republic", "Almaty", "789", "police"] {
            assert!(!without_tokens(&told).contains(word), "{word} stands in {told}");
        }
        let page = browser.send("/family/status", &[("t", token), ("word", "wrong")]);
        assert!(page.contains("not the word") && !page.contains("release"));
        assert!(browser.send("/family/status", &[("t", token), ("word", "Қарлығаш ")]).contains("No release is on record"));
        let lawyer = mails(&server, "to: ", 0).len() + mails(&server, "dana@example.org", 1).len();
        assert_eq!(lawyer, 1);

        // Marat's client tells him of Aigerim inside, after the limit: it is certain now, and both are told.
        aliya.does(&["assign", &case, "marat"]);
        marat.does(&["sync"]);
        marat.adds(
            &case,
            &["seen_in_custody", "--when", &ago(20), "--city", "almaty", "--place", "Almaly station", "--source", "lawyer"],
        );
        marat.does(&["sync"]);
        mails(&server, "was held beyond the legal limit", 1);

        // A release comes late that makes all of it wrong: the sighting was somebody else's, and she was out in time.
        let wrong = marat.case(&case)["view"]["timeline"]
            .as_array()
            .unwrap()
            .iter()
            .find(|fact| fact["kind"] == "seen_in_custody")
            .unwrap()["id"]
            .clone();
        marat.adds(&case, &["retraction", "reason=another Aigerim", "--replaces", wrong.as_str().unwrap()]);
        marat.adds(&case, &["released", "--when", &ago(100), "--city", "almaty"]);
        marat.does(&["sync"]);
        mails(&server, "We are sorry for the alarm", 1);

        // One click stops it all.
        let stop = link(&told, "/family/stop");
        let gone = ureq::post(&stop).send_form([("List-Unsubscribe", "One-Click")]).unwrap().body_mut().read_to_string().unwrap();
        assert!(gone.contains("not write to you again"));
        marat.adds(&case, &["seen_in_custody", "--when", &ago(5), "--city", "almaty"]);
        marat.does(&["sync"]);

        // Saule counts, with an official figure beside; Aliya, a second person, releases it.
        let today = now.strftime("%Y-%m-%d").to_string();
        let register = aliya.does(&["case", "new", "--description", "Public figures"]).trim().to_owned();
        let (day, who) = (format!("date={today}"), "who=Ministry of the Interior");
        aliya.adds(
            &register,
            &["official_claim", &day, "figure=detained", "value=350", who, "--city", "almaty", "--source", "press"],
        );
        aliya.does(&["sync"]);
        let from = ago(240).split_once(' ').unwrap().0.to_owned();
        let days = ["--from", &from, "--to", &today];
        let count = || -> serde_json::Value {
            serde_json::from_str(&saule.does(&[&["tally", "show", "--json"], &days[..]].concat())).unwrap()
        };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while count()["claims"].as_array().unwrap().is_empty() {
            assert!(std::time::Instant::now() < deadline, "the claim does not reach the count: {}", count());
        }
        let total = &count()["total"];
        assert_eq!((&total["detentions"], &total["persons_low"], &total["persons_high"]), (&1.into(), &1.into(), &1.into()));
        let csv = saule.does(&[&["tally", "show", "--csv"], &days[..]].concat());
        assert!(
            csv.starts_with("row,day,city") && csv.contains("almaty") && csv.contains("350,Ministry of the Interior"),
            "{csv}"
        );
        assert!(dana.fails(&[&["tally", "show"], &days[..]].concat()).contains("may not do that"), "a lawyer does not count");
        let id = saule.does(&[&["tally", "propose"], &days[..]].concat());
        assert!(saule.fails(&["tally", "release", id.trim()]).contains("second person"));
        assert!(browser.get("/counts?lang=en").contains("No counts have been released"));
        // Who releases it has seen what it holds.
        assert!(aliya.fails(&["tally", "release", "ffff"]).contains("habeas tally list"));
        let held = aliya.does(&["tally", "list", &id[..6]]);
        assert!(held.contains("Ministry of the Interior") && held.contains("350"), "{held}");
        aliya.does(&["tally", "release", &id[..6]]);
        let published = browser.get("/counts?lang=en");
        assert!(published.contains("Almaty") && published.contains("Ministry of the Interior: detained: 350"), "{published}");
        assert!(!published.contains("<script"));
        // One case of a small town would tell who it is: it stands in the total, and in no row.
        assert!(published.contains("<td>All</td>") && !published.contains("<td>Almaty</td>"), "{published}");

        // After the stop nothing more went to the mother; and nothing readable rests anywhere but in the mail folder.
        assert_eq!(mails(&server, "mother@example.org", 5).len(), 5, "confirm, confirmed, over, certain, corrected");
        let words = ["Айгерім", "mother@example.org", "Republic Square", "қарлығаш", "dana@example.org"];
        let leaks: Vec<String> =
            that_hold(server.folder.path(), &words).into_iter().filter(|path| !path.contains("/mail/")).collect();
        assert_eq!(leaks, Vec::<String>::new());
    });
}

#[test]
fn the_scheduler_wakes_when_a_limit_passes_and_not_before() {
    let server = Server::start(None);
    let aliya = Person::founds("aliya", &server);
    let dana = Person::joins("dana", "lawyer", &server, &aliya);
    aliya.approves_all();
    dana.does(&["sync"]);
    dana.does(&["contact", "dana@example.org"]);
    let case = dana.begins("Serik");
    dana.adds(&case, &["regime", "regime=none", "--city", "almaty"]);
    dana.does(&["sync"]);
    aliya.does(&["assign", &case, "dana"]);
    // Restrained three hours ago less a few seconds, to the second: the limit (CAO 789(1)) passes while we watch.
    let zone = jiff::tz::TimeZone::get("Asia/Almaty").unwrap();
    let start = jiff::Timestamp::now().to_zoned(zone) - jiff::Span::new().hours(3) + jiff::Span::new().seconds(6);
    let when = start.strftime("%Y-%m-%d %H:%M:%S").to_string();
    dana.adds(&case, &["restrained", "--when", &when, "--city", "almaty"]);
    dana.does(&["sync"]);
    let passes = (start + jiff::Span::new().hours(3)).timestamp();
    while jiff::Timestamp::now() < passes {
        mails(&server, "over the limit if still held", 0);
    }
    mails(&server, "over the limit if still held", 1);
    assert!(jiff::Timestamp::now().as_second() - passes.as_second() < 20, "within seconds, without anybody's asking");

    // Whoever says later where their alerts go hears how things stand.
    dana.does(&["contact", "dana@example.net"]);
    assert!(mails(&server, "dana@example.net", 1)[0].contains("over the limit if still held"));
}
