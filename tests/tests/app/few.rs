//! Dana writes on her telephone what not everybody who works on the case may read.

use habeas_tests::browser::PHONE;
use habeas_tests::device::Person;
use habeas_tests::server::Server;

use super::ago;
use super::user::User;

#[test]
fn what_is_written_on_a_telephone_for_few_the_lawyer_of_the_case_carries_and_does_not_read() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let marat = Person::is_let_in("marat", "lawyer", &server, &aliya);
    let dana = User::joins("dana", "lawyer", &server.address, &aliya, PHONE);
    let browser = &dana.browser;
    let writes = |kind: &str, text: &str| {
        browser.presses("Add a fact");
        browser.chooses("#kind", kind);
        browser.types("#text", text);
    };

    // Before she is let in she knows nobody to seal it to. She is told so, and what she has written stays.
    dana.begins("Айгерім Сәрсенова", &ago(60));
    let case = browser.js("return location.hash").as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    writes("informant", "her cousin at the station");
    browser.types("#source-name", "Қайрат");
    let readers = || browser.js("return [...document.querySelectorAll('#readers option')].map((option) => option.value).join()");
    assert_eq!(readers(), "few", "of an informant it is no question");
    browser.presses("Save");
    browser.reads("This is for few, and is sealed to coordinators");
    assert_eq!(browser.js("return document.querySelector('#text').value"), "her cousin at the station");
    aliya.approves_all();
    browser.presses("Exchange");
    browser.presses("Exchange now");
    browser.reads("Everything is sent.");
    browser.js(&format!("location.hash = '#/case/{case}/add'"));
    browser.reads("Who reads it");
    dana.saves();
    writes("note", "the family has asked us to wait");
    assert_eq!(readers(), "all,few");
    browser.chooses("#readers", "few");
    dana.saves();
    // What everybody has to see is no question either; and what was chosen for another kind does not go with it unseen.
    writes("note", "she wears a red coat");
    browser.chooses("#readers", "few");
    browser.reads("counts in no limit");
    browser.chooses("#kind", "official_claim");
    assert_eq!(readers(), "all");
    browser.chooses("#kind", "description");
    assert_eq!(browser.js("return document.querySelector('#readers').value"), "few");
    browser.chooses("#readers", "all");
    browser.until("the hint goes", |browser| !browser.text().contains("counts in no limit"));
    browser.types("#text", "she wears a red coat");
    dana.saves();
    dana.exchanges();
    aliya.does(&["sync"]);
    aliya.does(&["assign", &case, "marat"]);
    marat.does(&["sync"]);

    let (hers, his) = (aliya.does(&["case", "show", &case]), marat.does(&["case", "show", &case]));
    let few = ["her cousin at the station", "the family has asked us to wait"];
    assert!(few.iter().all(|text| hers.contains(text) && !his.contains(text)), "{hers}{his}");
    assert!(his.contains("she wears a red coat") && his.matches("for coordinators, and whoever wrote it").count() == 2, "{his}");

    // What was begun for few does not become everybody's by the way.
    browser.js(&format!("location.hash = '#/case/{case}'"));
    browser.presses("Add a fact");
    browser.chooses("#kind", "privileged_note");
    browser.chooses("#kind", "note");
    assert_eq!(browser.js("return document.querySelector('#readers').value"), "few");

    // What she corrects stays for few, and the form says so.
    let corrects = |text: &str| {
        browser.js(&format!("location.hash = '#/case/{case}'"));
        browser.reads(text);
        let link = format!(
            "[...document.querySelectorAll('li')].find((line) => line.innerText.includes('{text}')).querySelector('a').click()"
        );
        browser.js(&link);
        browser.until("the form holds it", |browser| browser.js("return document.querySelector('#text')?.value") == text);
    };
    browser.js(&format!("location.hash = '#/case/{case}'"));
    browser.reads("the family has asked us to wait");
    assert_eq!(browser.text().matches("for coordinators, and whoever wrote it").count(), 2);
    corrects("the family has asked us to wait");
    assert_eq!(readers(), "few");
    browser.sets("#text", "the family has asked us to wait until Friday");
    dana.saves();

    // What she takes back bears nobody's name: everybody reads that she does.
    corrects("her cousin at the station");
    browser.chooses("#kind", "retraction");
    assert_eq!(readers(), "all");
    browser.types("#reason", "he has asked us to forget him");
    browser.presses("Save");
    browser.reads("leave the reason out");
    browser.sets("#reason", "");
    dana.saves();
    dana.exchanges();
    [&aliya, &marat].iter().for_each(|person| drop(person.does(&["sync"])));
    let (hers, his) = (aliya.does(&["case", "show", &case]), marat.case(&case).to_string());
    assert!(hers.contains("until Friday") && !his.contains("until Friday"), "{his}");
    assert!(!his.contains("Қайрат") && !his.contains("forget him"), "{his}");
    assert!(!aliya.case(&case)["view"]["timeline"].to_string().contains("her cousin at the station"), "it is taken back");

    // If it is to correct nothing after all, what stands in the form is for few all the same.
    corrects("the family has asked us to wait until Friday");
    browser.presses("Correct nothing");
    browser.until("it is asked for whom", |_| readers() == "all,few");
    assert_eq!(browser.js("return document.querySelector('#readers').value"), "few");
    dana.breaks_no_policy();
}
