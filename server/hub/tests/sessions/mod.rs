//! How long things hold: the hub is told the time, so weeks pass here in a moment.

use std::convert::Infallible;

use habeas_hub::{Caller, Hub, HubError, totp};
use habeas_protocol::access::{Action, Denied};
use habeas_protocol::api::{
    ChangePassword, Enrol, Purpose, Register, Renew, SecondFactor, SecondFactorState, Session, SignIn, from_hex, signed_request,
    to_hex, token_hash,
};
use habeas_protocol::{Asked, Pass, Role, hash_of_body};
use habeas_tests::postgres::Postgres;
use rand_chacha::ChaCha20Rng;
use rand_core::{TryCryptoRng, TryRng};

use crate::{Device, NOW, World, rng, world};

const PASSWORD: &str = "a long password";
const DAY: i64 = 24 * 3600;

fn code(error: &HubError) -> &'static str {
    match error {
        HubError::Unauthorized => "unauthorized",
        HubError::Refused(code, _) | HubError::Conflict(code, _) | HubError::BadInput(code, _) => code,
        other => panic!("{other}"),
    }
}

/// Somebody's phone at a hub.
struct Phone<'a> {
    hub: &'a Hub,
    device: Device,
    rng: ChaCha20Rng,
    ms: u64,
}

impl Phone<'_> {
    fn prove(&mut self, purpose: Purpose, account: &str, now: i64) -> (String, String) {
        let nonce = self.hub.nonce(now, &mut self.rng);
        let signature = to_hex(&self.device.sign(&signed_request(purpose, &nonce, account)).0);
        (nonce, signature)
    }

    fn sign_in(&mut self, now: i64) -> SignIn {
        self.sign_in_to("dana", now)
    }

    fn sign_in_to(&mut self, account: &str, now: i64) -> SignIn {
        let (nonce, signature) = self.prove(Purpose::SignIn, account, now);
        let device = self.device.keys().to_hex();
        SignIn { account: account.into(), password: PASSWORD.into(), device, nonce, signature, code: None }
    }

    fn renews(&mut self, now: i64) -> Result<Session, &'static str> {
        let (nonce, signature) = self.prove(Purpose::Renew, "", now);
        let renew = Renew { device: self.device.keys().to_hex(), nonce, signature };
        self.hub.renew(&renew, now, &mut self.rng).map_err(|error| code(&error))
    }

    /// A request at a time.
    fn asks(&mut self, session: &Session, now: i64) -> Result<Caller, &'static str> {
        self.ms += 1;
        let at = u64::try_from(now * 1000).unwrap() + self.ms;
        let token = from_hex(session.token.reveal(), 32).unwrap().try_into().unwrap();
        let pass = Pass::new(token, at, ("POST", "/v1/sync", b""), |message| self.device.sign(message));
        self.hub
            .caller(&pass, Asked { method: "POST", path: "/v1/sync", body: &hash_of_body(b"") }, at)
            .map_err(|error| code(&error))
    }
}

/// Randomness while something else happens: when the password is checked, and nothing of it is written yet.
struct Meanwhile<F>(Option<F>, ChaCha20Rng);

impl<F: FnOnce()> Meanwhile<F> {
    fn happens(&mut self) -> &mut ChaCha20Rng {
        if let Some(happens) = self.0.take() {
            happens();
        }
        &mut self.1
    }
}

impl<F: FnOnce()> TryRng for Meanwhile<F> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.happens().try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.happens().try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.happens().try_fill_bytes(bytes)
    }
}

impl<F: FnOnce()> TryCryptoRng for Meanwhile<F> {}

/// Dana has registered.
fn dana(world: &World) -> (Phone<'_>, Session) {
    let mut phone = Phone { hub: &world.hub, device: Device::new(9), rng: rng(20), ms: 0 };
    let person = phone.device.1;
    let invite =
        habeas_protocol::api::Invite { token_hash: to_hex(&token_hash("invited")), person, role: Role::Lawyer, hours: 24 };
    world.hub.invite(world.aliya.caller(), &invite, NOW).unwrap();
    let (nonce, signature) = phone.prove(Purpose::Register, "dana", NOW);
    let register = Register {
        token: "invited".into(),
        account: "dana".into(),
        password: PASSWORD.into(),
        device: phone.device.keys().to_hex(),
        proof: String::new(),
        nonce,
        signature,
    };
    let session = world.hub.register(&register, NOW, &mut rng(21)).unwrap();
    (phone, session)
}

pub fn on_both(story: impl Fn(&World)) {
    let folder = tempfile::tempdir().unwrap();
    story(&world(folder.path().join("hub.sqlite").to_str().unwrap()));
    let postgres = Postgres::start();
    story(&world(&postgres.database()));
}

#[test]
fn a_phone_that_was_off_for_two_weeks_goes_on_without_a_password() {
    on_both(|world| {
        let (mut phone, first) = dana(world);
        assert_eq!(phone.asks(&first, NOW).unwrap(), phone.device.caller());
        // Two weeks in a valley without a network; and nearly sixty days in a cell.
        assert!(phone.asks(&first, NOW + 14 * DAY).is_ok());
        assert!(phone.asks(&first, NOW + 60 * DAY).is_ok());
        let second = phone.renews(NOW + 60 * DAY).unwrap();
        assert!(phone.asks(&second, NOW + 119 * DAY).is_ok());
        // What was not renewed for longer takes the password.
        assert_eq!(phone.asks(&second, NOW + 121 * DAY), Err("unauthorized"));
        assert_eq!(phone.renews(NOW + 121 * DAY).err(), Some("unauthorized"));
        let sign_in = phone.sign_in(NOW + 121 * DAY);
        let mut session = world.hub.sign_in(&sign_in, NOW + 121 * DAY, &mut rng(22)).unwrap();
        // And so does a session of more than a year, however often it was renewed.
        for month in 1..=12 {
            session = phone.renews(NOW + (121 + 30 * month) * DAY).unwrap();
            assert!(phone.asks(&session, NOW + (121 + 30 * month) * DAY).is_ok(), "{month}");
        }
        assert!(phone.asks(&session, NOW + (121 + 365) * DAY).is_ok());
        assert_eq!(phone.asks(&session, NOW + (121 + 366) * DAY), Err("unauthorized"));
        assert_eq!(phone.renews(NOW + (121 + 366) * DAY).err(), Some("unauthorized"));
    });
}

#[test]
fn a_hundred_lost_answers_leave_the_token_that_is_in_use() {
    on_both(|world| {
        let (mut phone, first) = dana(world);
        let given: Vec<Session> = (1..=100).map(|hour| phone.renews(NOW + hour * 3600).unwrap()).collect();
        assert!(phone.asks(&first, NOW + 5 * DAY).is_ok());
        // Those of long ago are forgotten; the newest holds, and from then on what was before it is spent.
        assert_eq!(phone.asks(&given[0], NOW + 5 * DAY), Err("unauthorized"));
        assert!(phone.asks(&given[99], NOW + 5 * DAY).is_ok());
        assert!(phone.asks(&given[99], NOW + 6 * DAY).is_ok());
        assert_eq!(phone.asks(&given[98], NOW + 6 * DAY), Err("session_ended"));
        assert_eq!(phone.asks(&given[99], NOW + 6 * DAY), Err("session_ended"));
    });
}

#[test]
fn a_number_to_sign_holds_for_five_minutes_and_once() {
    on_both(|world| {
        let (mut phone, _) = dana(world);
        let late = phone.sign_in(NOW);
        assert_eq!(world.hub.sign_in(&late, NOW + 301, &mut rng(23)).map_err(|error| code(&error)).err(), Some("nonce"));
        assert!(world.hub.sign_in(&late, NOW + 300, &mut rng(23)).is_ok());
        for after in [0, 300, 301, 3600] {
            let again = world.hub.sign_in(&late, NOW + after, &mut rng(24));
            assert_eq!(again.map_err(|error| code(&error)).err(), Some("nonce"), "{after}");
        }
        // Another hub's numbers are none of this one's.
        let folder = tempfile::tempdir().unwrap();
        let other = Hub::open(folder.path().join("hub.sqlite").to_str().unwrap(), &mut rng(99)).unwrap();
        let nonce = other.nonce(NOW, &mut rng(25));
        let signature = to_hex(&phone.device.sign(&signed_request(Purpose::SignIn, &nonce, "dana")).0);
        let foreign = SignIn { nonce, signature, ..late };
        assert_eq!(world.hub.sign_in(&foreign, NOW, &mut rng(25)).map_err(|error| code(&error)).err(), Some("nonce"));
    });
}

#[test]
fn no_session_by_the_old_password_outlives_its_change_however_close_they_come() {
    let change = || ChangePassword { password: PASSWORD.into(), next: "the steppe is wide".into(), code: None };
    on_both(|world| {
        // Somebody's password was found right a moment ago; when the session is to be written, Aliya has another one.
        let mut thief = Phone { hub: &world.hub, device: Device::new(9), rng: rng(26), ms: 0 };
        let sign_in = thief.sign_in_to("aliya", NOW);
        let changes = || world.hub.change_password(world.aliya.caller(), &change(), NOW, &mut rng(27)).unwrap();
        let mut meanwhile = Meanwhile(Some(changes), rng(28));
        assert_eq!(world.hub.sign_in(&sign_in, NOW, &mut meanwhile).map_err(|error| code(&error)).err(), Some("unauthorized"));
        assert!(meanwhile.0.is_none(), "nothing happened in between");
        assert_eq!(thief.renews(NOW).err(), Some("unauthorized"));
    });
    on_both(|world| {
        // Or the other way round: they are in before the change is written.
        let mut thief = Phone { hub: &world.hub, device: Device::new(9), rng: rng(26), ms: 0 };
        let sign_in = thief.sign_in_to("aliya", NOW);
        let mut session = None;
        let signs_in = || session = Some(world.hub.sign_in(&sign_in, NOW, &mut rng(27)).unwrap());
        world.hub.change_password(world.aliya.caller(), &change(), NOW, &mut Meanwhile(Some(signs_in), rng(28))).unwrap();
        assert_eq!(thief.asks(&session.unwrap(), NOW), Err("unauthorized"));
        assert_eq!(thief.renews(NOW).err(), Some("unauthorized"));
    });
}

/// Three days, to the second; then what she does as a coordinator waits until she has an app. What everybody does waits for nothing.
#[test]
fn a_coordinator_has_three_days_for_a_second_factor() {
    on_both(|world| {
        let (hub, aliya) = (&world.hub, world.aliya.caller());
        let due = NOW + 3 * DAY;
        let missing = SecondFactorState { second_factor: SecondFactor::Missing, codes_left: 0, due_at: Some(due) };
        assert_eq!(hub.second_factor(aliya).unwrap(), missing);
        let may = |action: Action<'_>, now| match hub.admit(aliya, action, now) {
            Ok(()) => true,
            Err(HubError::Denied(Denied::SecondFactor)) => false,
            Err(other) => panic!("{action:?}: {other}"),
        };
        assert_eq!([due - 1, due, due + 300 * DAY].map(|now| may(Action::WriteLog, now)), [true, false, false]);
        for action in [Action::Exchange, Action::EnrolSecondFactor, Action::ChangePassword] {
            assert!(may(action, due + 300 * DAY), "{action:?}");
        }
        // What the log does not let somebody do at all stays that.
        let (phone, _) = dana(world);
        let refused = hub.admit(phone.device.caller(), Action::WriteLog, due);
        assert!(matches!(refused, Err(HubError::Denied(Denied::NotAdmitted))), "{refused:?}");
        let state = hub.second_factor(phone.device.caller()).unwrap();
        assert_eq!((state.second_factor, state.due_at), (SecondFactor::NotNeeded, None));

        let secret = [7; 20];
        let code = totp::code(&secret, due / totp::STEP).into();
        let enrol = Enrol { password: PASSWORD.into(), secret: to_hex(&secret).into(), code, current: None };
        hub.enrol(aliya, &enrol, due, &mut rng(30)).unwrap();
        assert!(may(Action::WriteLog, due) && may(Action::Count, due + 300 * DAY));
        let state = hub.second_factor(aliya).unwrap();
        assert_eq!((state.second_factor, state.due_at), (SecondFactor::Enrolled, None));
    });
}
