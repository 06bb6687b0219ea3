//! The hub's tables, as `migrations/hub` makes them.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    settings (name) {
        name -> Text,
        value -> Binary,
    }
}

table! {
    accounts (person) {
        person -> Binary,
        name -> Text,
        password -> Text,
        role -> Text,
        created_at -> BigInt,
        refused_at -> Nullable<BigInt>,
        second_factor_due_at -> BigInt,
    }
}

table! {
    intakes (token_hash) {
        token_hash -> Binary,
        opened_by -> Binary,
        opened_at -> BigInt,
        until -> BigInt,
        people -> BigInt,
        joined -> BigInt,
    }
}

table! {
    invitations (token_hash) {
        token_hash -> Binary,
        person -> Binary,
        role -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

table! {
    audit (number) {
        number -> BigInt,
        at -> BigInt,
        actor -> Text,
        act -> Text,
        subjects -> Text,
        outcome -> Text,
        link -> Binary,
    }
}

table! {
    audit_head (id) {
        id -> BigInt,
        number -> BigInt,
        link -> Binary,
    }
}

table! {
    audit_counted (actor, act, subjects) {
        actor -> Text,
        act -> Text,
        subjects -> Text,
        since -> BigInt,
        count -> BigInt,
    }
}

table! {
    receipts (device) {
        device -> Binary,
        receipt -> Binary,
        before -> Binary,
    }
}

table! {
    devices (id) {
        id -> Binary,
        person -> Binary,
        keys -> Binary,
        proof -> Binary,
        registered_at -> BigInt,
        log_shown -> BigInt,
        shown_at -> BigInt,
    }
}

table! {
    sessions (device) {
        device -> Binary,
        person -> Binary,
        begun_at -> BigInt,
        renewed_at -> BigInt,
        number -> BigInt,
        used_ms -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

table! {
    session_tokens (token_hash) {
        token_hash -> Binary,
        device -> Binary,
        number -> BigInt,
    }
}

table! {
    used_nonces (nonce) {
        nonce -> Binary,
        expires_at -> BigInt,
    }
}

table! {
    second_factors (person) {
        person -> Binary,
        sealed -> Binary,
        enrolled_at -> BigInt,
        last_step -> BigInt,
    }
}

table! {
    recovery_codes (person, code_hash) {
        person -> Binary,
        code_hash -> Binary,
    }
}

table! {
    log_entries (number) {
        number -> BigInt,
        bytes -> Binary,
    }
}

table! {
    snapshots (circle, upto, part) {
        circle -> Binary,
        upto -> BigInt,
        part -> BigInt,
        parts -> BigInt,
        bytes -> Binary,
    }
}

table! {
    cases (id) {
        id -> Binary,
        opened_by -> Binary,
        opened_at -> BigInt,
        epoch -> BigInt,
        items -> BigInt,
        bytes -> BigInt,
        closed -> Bool,
        attached -> BigInt,
    }
}

table! {
    case_circles (case_id, circle) {
        case_id -> Binary,
        circle -> Binary,
    }
}

table! {
    case_items (case_id, position) {
        case_id -> Binary,
        position -> BigInt,
        kind -> Text,
        name -> Binary,
        bytes -> Binary,
        received_at -> BigInt,
    }
}

table! {
    attachment_pieces (case_id, attachment, device, number) {
        case_id -> Binary,
        attachment -> Binary,
        device -> Binary,
        number -> BigInt,
        bytes -> Binary,
        received_at -> BigInt,
    }
}

table! {
    feeds (circle) {
        circle -> Binary,
        generation -> Binary,
        counter -> BigInt,
        chain -> Binary,
    }
}

table! {
    feed_items (circle, seq) {
        circle -> Binary,
        seq -> BigInt,
        case_id -> Binary,
        position -> BigInt,
        chain -> Binary,
    }
}

joinable!(devices -> accounts (person));
joinable!(session_tokens -> sessions (device));
joinable!(sessions -> devices (device));
joinable!(second_factors -> accounts (person));
allow_tables_to_appear_in_same_query!(session_tokens, sessions, devices, accounts, second_factors);
allow_tables_to_appear_in_same_query!(feed_items, case_items);
