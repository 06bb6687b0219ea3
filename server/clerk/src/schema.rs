//! The clerk's tables, as `migrations/clerk` makes them.

use diesel::table;

table! {
    records (slot) {
        slot -> Binary,
        version -> BigInt,
        bytes -> Binary,
        name_sealed -> Nullable<Binary>,
    }
}

table! {
    quarantine (id) {
        id -> Binary,
        maker -> Binary,
        changes -> BigInt,
        received_at -> BigInt,
        bytes -> Binary,
    }
}

table! {
    sealing_keys (id) {
        id -> Binary,
    }
}

table! {
    to_scour (entry) {
        entry -> BigInt,
    }
}

table! {
    counted (at) {
        at -> BigInt,
    }
}

table! {
    cases (id) {
        id -> Binary,
        title_sealed -> Binary,
        person_lookup -> Binary,
        status -> Text,
        city -> Nullable<Text>,
        day -> Nullable<Text>,
        disputes -> BigInt,
        incomplete -> BigInt,
        next_change -> Nullable<BigInt>,
        exit_offered -> BigInt,
        person_lookup_next -> Nullable<Binary>,
    }
}

table! {
    rotation (id) {
        id -> BigInt,
        previous_sealed -> Nullable<Binary>,
        place -> Text,
        position -> Binary,
    }
}

table! {
    projected (by_what) {
        by_what -> Text,
    }
}

table! {
    allowed_rules (rule) {
        rule -> Text,
        allowed_by -> Binary,
        allowed_at -> BigInt,
    }
}

table! {
    findings (case_id, rule) {
        case_id -> Binary,
        rule -> Text,
        verdict -> Text,
        changes -> BigInt,
        told_families -> Nullable<Text>,
        told_lawyers -> Nullable<Text>,
    }
}

table! {
    case_people (case_id, person) {
        case_id -> Binary,
        person -> Binary,
    }
}

table! {
    contacts (person) {
        person -> Binary,
        address_sealed -> Binary,
        lang -> Text,
    }
}

table! {
    families (id) {
        id -> Binary,
        request_sealed -> Binary,
        address_lookup -> Binary,
        lang -> Text,
        state -> Text,
        case_id -> Nullable<Binary>,
        token_hash -> Binary,
        confirm_until -> BigInt,
        wrong_words -> BigInt,
        locked_until -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    outbox (id) {
        id -> Binary,
        event -> Text,
        recipient -> Binary,
        mail_sealed -> Binary,
        state -> Text,
        attempts -> BigInt,
        next_attempt -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    claims (fact) {
        fact -> Binary,
        case_id -> Binary,
        day -> Text,
        claim -> Nullable<Text>,
        claim_sealed -> Nullable<Binary>,
    }
}

table! {
    releases (id) {
        id -> Binary,
        proposed_by -> Binary,
        proposed_at -> BigInt,
        released_by -> Nullable<Binary>,
        released_at -> Nullable<BigInt>,
        body -> Nullable<Text>,
        body_sealed -> Nullable<Binary>,
    }
}
