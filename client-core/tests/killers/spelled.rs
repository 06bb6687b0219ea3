//! Changes that Automerge itself can write down: each says something that no change of ours does.

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{ActorId, Change, ChangeHash, ExpandedChange, ObjType, ScalarValue};
use habeas_client_core::case::{GENESIS_ACTOR, GENESIS_HASH};
use habeas_client_core::sync::{BadChange, Outcome, Refusal};

use super::{Ground, Is, Killer};

/// Writes such changes of Dana's: her third one.
struct Hand<'a> {
    ground: &'a Ground,
    dana: ActorId,
}

impl Hand<'_> {
    fn change(&self, operations: Vec<Op>) -> ExpandedChange {
        ExpandedChange {
            operations,
            actor_id: self.dana.clone(),
            hash: None,
            seq: 3,
            start_op: self.ground.next.try_into().unwrap(),
            time: 0,
            message: None,
            deps: self.ground.heads.iter().map(|head| ChangeHash(*head)).collect(),
            extra_bytes: vec![],
            author: None,
        }
    }

    /// An honest one, with something edited in it.
    fn edited(&self, edit: impl FnOnce(&mut ExpandedChange)) -> ExpandedChange {
        let mut change = self.change(vec![
            self.make(&self.ground.own(0)),
            put(self.mine(), "kind", "note"),
            put(self.mine(), "text", "hello"),
        ]);
        edit(&mut change);
        change
    }

    /// The same as if its operations began with that number.
    fn beginning(&self, start_op: u64) -> ExpandedChange {
        let mine = ObjectId::Id(OpId(start_op, self.dana.clone()));
        let mut change = self.change(vec![self.make(&self.ground.own(0)), put(mine, "kind", "note")]);
        change.start_op = start_op.try_into().unwrap();
        change
    }

    fn facts(&self) -> ObjectId {
        ObjectId::Id(OpId(2, ActorId::from(GENESIS_ACTOR)))
    }

    /// The fact that the change's first operation makes.
    fn mine(&self) -> ObjectId {
        self.operation(self.ground.next)
    }

    fn operation(&self, number: u64) -> ObjectId {
        ObjectId::Id(OpId(number, self.dana.clone()))
    }

    fn make(&self, key: &str) -> Op {
        op(self.facts(), key, OpType::Make(ObjType::Map))
    }

    /// A fact of those fields.
    fn fact(&self, fields: &[(&str, &str)]) -> ExpandedChange {
        let fields = fields.iter().map(|(name, value)| put(self.mine(), name, *value));
        self.change([self.make(&self.ground.own(0))].into_iter().chain(fields).collect())
    }

    /// Maps within one another, so many.
    fn nested(&self, count: u64) -> ExpandedChange {
        let inner = (1..count).map(|depth| op(self.operation(self.ground.next + depth - 1), "a", OpType::Make(ObjType::Map)));
        self.change([self.make(&self.ground.own(0))].into_iter().chain(inner).collect())
    }
}

fn op(object: ObjectId, key: &str, action: OpType) -> Op {
    Op { action, obj: object, key: Key::Map(key.into()), pred: SortedVec::new(), insert: false }
}

fn put(object: ObjectId, key: &str, value: impl Into<ScalarValue>) -> Op {
    op(object, key, OpType::Put(value.into()))
}

fn upon(op: Op, before: OpId) -> Op {
    Op { pred: SortedVec::from(vec![before]), ..op }
}

pub fn killers(ground: &Ground) -> Vec<Killer> {
    let hand = Hand { ground, dana: ActorId::from(ground.dana()) };
    let all = [references(&hand), shapes(&hand), headers(&hand), places(&hand), facts(&hand)];
    let dana = all.into_iter().flatten().map(|(what, change, refusal)| killer(what, change, refusal));
    dana.chain([another(ground)]).collect()
}

type Case = (&'static str, ExpandedChange, Refusal);

fn killer(what: &'static str, change: ExpandedChange, refusal: Refusal) -> Killer {
    let seq = change.seq;
    let chunk = Change::from(change).raw_bytes().to_vec();
    Killer { what, is: Is::Chunk(chunk, |people| &people.dana), seq, outcome: Outcome::Refused(refusal) }
}

/// Marat puts something else where a fact of Dana's is.
fn another(ground: &Ground) -> Killer {
    let hand = Hand { ground, dana: ActorId::from(ground.people.marat.keys().actor(0)) };
    let hers = ground.replica.facts()[0].id().to_string();
    let change = ExpandedChange { seq: 1, ..hand.change(vec![put(hand.facts(), &hers, "gone")]) };
    let killer = killer("anothers fact hidden without a predecessor", change, operation());
    let Is::Chunk(chunk, _) = killer.is else { unreachable!() };
    Killer { is: Is::Chunk(chunk, |people| &people.marat), ..killer }
}

fn operation() -> Refusal {
    Refusal::Change(BadChange::Operation)
}

/// What names something that is not there, or is not the author's.
fn references(hand: &Hand<'_>) -> Vec<Case> {
    let columns = Refusal::Change(BadChange::Columns);
    let (mine, own, fact) = (|| hand.mine(), hand.ground.own(0), OpId(3, hand.dana.clone()));
    let hers = hand.ground.replica.facts()[0].id().to_string();
    let list = op(hand.facts(), &own, OpType::Make(ObjType::List));
    let after = |number| Key::Seq(ElementId::Id(OpId(number, hand.dana.clone())));
    let insert = |key| Op { key, insert: true, ..put(mine(), "", "x") };
    let nobody = OpId(3, ActorId::from([0x77; 16]));
    vec![
        ("an insertion after a missing element", hand.change(vec![list.clone(), insert(after(999))]), columns),
        ("an insertion at the head of a list", hand.change(vec![list, insert(Key::head())]), columns),
        ("an insertion into a map", hand.change(vec![Op { insert: true, ..hand.make(&own) }]), operation()),
        ("an object that does not exist", hand.change(vec![hand.make(&own), put(hand.operation(999), "text", "x")]), operation()),
        (
            "a predecessor of an unknown actor",
            hand.change(vec![upon(hand.make(&own), nobody)]),
            Refusal::Change(BadChange::Header),
        ),
        ("a predecessor under another key", hand.change(vec![upon(hand.make(&own), fact.clone())]), columns),
        ("a deletion", hand.change(vec![upon(op(hand.facts(), &hers, OpType::Delete), fact.clone())]), columns),
        (
            "a root entry",
            hand.change(vec![hand.make(&own), put(ObjectId::Root, "facts", "gone")]),
            Refusal::Change(BadChange::Rows),
        ),
        ("a value on an older fact", hand.change(vec![hand.make(&own), put(ObjectId::Id(fact), "text", "other")]), operation()),
        ("an older fact made again", hand.change(vec![hand.make(&hers)]), operation()),
        ("a fact under a name that is nobodys", hand.change(vec![hand.make("somebody.else.0")]), operation()),
        ("a fact of a later change", hand.change(vec![hand.make(&own.replace(".3.", ".4."))]), operation()),
    ]
}

/// What is no flat map of values.
fn shapes(hand: &Hand<'_>) -> Vec<Case> {
    let (mine, own) = (|| hand.mine(), hand.ground.own(0));
    let with = |op: Op| hand.change(vec![hand.make(&own), op]);
    let kind = |value: ScalarValue| with(put(mine(), "kind", value));
    let names: Vec<String> = (0..48).map(|number| format!("a{number:02}")).chain(["kind".to_owned()]).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    vec![
        ("a list", hand.change(vec![op(hand.facts(), &own, OpType::Make(ObjType::List))]), operation()),
        ("a text object", hand.change(vec![op(hand.facts(), &own, OpType::Make(ObjType::Text))]), operation()),
        ("a nested map", with(op(mine(), "kind", OpType::Make(ObjType::Map))), operation()),
        ("three thousand nested maps", hand.nested(3_000), operation()),
        ("twenty thousand nested maps", hand.nested(20_000), Refusal::Change(BadChange::TooMany)),
        ("an increment", with(op(mine(), "kind", OpType::Increment(1))), operation()),
        ("a counter", kind(ScalarValue::Counter(1.into())), operation()),
        ("bytes", kind(ScalarValue::Bytes(vec![1])), operation()),
        ("nothing for a value", kind(ScalarValue::Null), operation()),
        ("a float", kind(ScalarValue::F64(f64::NAN)), operation()),
        ("a second fact first", hand.change(vec![hand.make(&hand.ground.own(1))]), operation()),
        ("fields out of order", hand.fact(&[("text", "x"), ("kind", "note")]), operation()),
        ("a field twice", hand.fact(&[("kind", "note"), ("kind", "note")]), operation()),
        ("a name of a field longer than any key", hand.fact(&[(&"k".repeat(81), "x")]), Refusal::Change(BadChange::TooMany)),
        ("sixty-five facts", hand.change(many(hand, 65)), operation()),
        ("no operations", hand.change(vec![]), Refusal::Change(BadChange::Header)),
        ("forty-nine fields", hand.fact(&fields), Refusal::Change(BadChange::TooMany)),
    ]
}

/// So many facts of a kind each.
fn many(hand: &Hand<'_>, count: u32) -> Vec<Op> {
    let of = |number: u32| {
        let fact = hand.operation(hand.ground.next + 2 * u64::from(number));
        [hand.make(&hand.ground.own(number)), put(fact, "kind", "note")]
    };
    (0..count).flat_map(of).collect()
}

/// What no head of ours has.
fn headers(hand: &Hand<'_>) -> Vec<Case> {
    let header = Refusal::Change(BadChange::Header);
    vec![
        ("a message", hand.edited(|change| change.message = Some("x".into())), header),
        ("a time", hand.edited(|change| change.time = i64::MIN), header),
        ("extra bytes", hand.edited(|change| change.extra_bytes = vec![1, 0]), Refusal::Change(BadChange::Columns)),
        ("the constant actor", hand.edited(|change| change.actor_id = ActorId::from(GENESIS_ACTOR)), header),
        ("operations that end all numbers", hand.beginning(u64::from(u32::MAX)), header),
        ("operations beyond all numbers", hand.beginning(u64::MAX / 2), header),
    ]
}

/// What does not follow from what it is written upon.
fn places(hand: &Hand<'_>) -> Vec<Case> {
    let next = hand.ground.next;
    let numbered = |seq: u64, deps: Vec<[u8; 32]>| {
        let own = hand.ground.fact_of(hand.ground.dana(), seq, 0);
        let deps = deps.into_iter().map(ChangeHash).collect();
        ExpandedChange { seq, deps, ..hand.change(vec![hand.make(&own), put(hand.mine(), "kind", "note")]) }
    };
    let heads = || hand.ground.heads.clone();
    vec![
        ("operations too early", hand.beginning(next - 1), Refusal::StartOp),
        ("a gap in the operations", hand.beginning(next + 1), Refusal::StartOp),
        ("a gap in its authors numbers", numbered(5, heads()), Refusal::Seq),
        ("the last of all numbers", numbered(u64::MAX, heads()), Refusal::Seq),
        ("a number that its author has used", numbered(2, heads()), Refusal::Seq),
        ("not upon its authors first change", numbered(2, vec![GENESIS_HASH]), Refusal::Seq),
        ("not upon its authors last change", numbered(3, vec![GENESIS_HASH]), Refusal::Seq),
        ("no dependencies", hand.edited(|change| change.deps = vec![]), Refusal::Seq),
        ("no dependencies and the first of all", numbered(1, vec![]), Refusal::Seq),
    ]
}

/// What is no fact, or replaces what its author cannot have seen.
fn facts(hand: &Hand<'_>) -> Vec<Case> {
    let own = hand.ground.own(0);
    let long = "x".repeat(9_000);
    vec![
        ("no kind", hand.fact(&[("text", "x")]), Refusal::Field),
        ("a bad field name", hand.fact(&[("Kind", "x"), ("kind", "note")]), Refusal::Field),
        ("an empty text", hand.fact(&[("kind", "")]), Refusal::Field),
        ("a huge text", hand.fact(&[("kind", "note"), ("text", &long)]), Refusal::Field),
        ("a list of no ids", hand.fact(&[("kind", "note"), ("replaces", "x")]), Refusal::Field),
        ("it replaces itself", hand.fact(&[("kind", "retraction"), ("replaces", &own)]), Refusal::Replaces),
        (
            "it replaces what nobody wrote",
            hand.fact(&[("kind", "note"), ("replaces", &own.replace(".3.0", ".1.7"))]),
            Refusal::Replaces,
        ),
    ]
}
