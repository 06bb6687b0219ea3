### Facts and their fields

# $field is the field's name as it is typed; $reason is one of the messages below.
error-field = { $field }: { $reason }
error-text-empty = is empty; leave the field out if there is nothing to say
error-text-long = holds { $bytes } bytes; { $most } is the most. Split it into several notes
error-not-sensitive = everybody who reads the case has to see a fact of this kind, so it cannot be sealed
error-retraction-sealed = everybody who reads the case reads why something is taken back, and what is taken back here is sealed: leave the reason out
error-text-control = holds the control character { $code }; take it out
error-name-long = a name holds { $most } bytes at most
error-fields-many = a fact has { $most } fields at most; this one has { $count }
error-field-name = is no name of a field
error-kind-missing = is missing: every fact says what it states
error-fact-id = is no fact's id
error-city-missing = is missing: say at least in which city, so that the time has a zone
error-when-order = ends before it begins; exchange the two times
error-retraction-of-nothing = a retraction names the facts that it takes back
error-replaces-many = a fact replaces { $most } others at most
error-replaces-list = is not a list of facts' ids
error-replaces-unknown = this case has no fact { $fact }
error-value-type = holds something other than texts, whole numbers and yes or no
error-birth = write the date of birth as 2009-05-17, or only the year, 2009 (1900 to 2199)
error-sha256 = write the SHA-256 of the file as 64 digits 0 to 9 and a to f, as `sha256sum FILE` prints it
error-attachment-size = a file that is attached has 1 byte to { $most } MiB; a long recording is kept elsewhere, and only its SHA-256 is written down
error-claim-date = write the day that the figure is about as 2021-01-10
error-claim-url = an address begins with https:// or http://
error-arrest-days = an arrest has a number of days, 1 to 3650
error-remand-length = a remand has either days (1 to 3650) or months (1 to 120)
error-link-case = give the other case by its id, 32 digits and letters a to f
error-days-not-arrest = only an arrest has days; leave them out
error-article = write the article with its law, as `CAO 488(6)` or `CPC 131(4)`
error-kind-unknown = there is no kind of fact called `{ $kind }`. There are: { $kinds }
error-field-unknown = a fact of the kind { $kind } has no such field; it has: { $fields }
error-field-unknown-none = a fact of the kind { $kind } has no such field, and none of its own
error-field-missing = is missing: a fact of the kind { $kind } has it
error-field-twice = is given twice
error-yes-no = write yes or no, not `{ $value }`
error-number = `{ $value }` is no whole number
error-one-of = `{ $value }` is none of: { $words }

## Times

error-time-form = `{ $text }`: write the time like 2026-09-07 14:05, the local time of the place, or 14:05 for today
error-date-time-form = `{ $text }`: write the day and the time like 2026-09-07 14:05, the local time of the place
error-time-offset = `{ $text }`: write the time like 2026-09-07T14:05:00+05:00, with the offset from UTC
error-time-year = `{ $text }`: the year must lie between 1900 and 2199
error-minutes = `{ $text }` is no number of minutes; write 1 to 1440
error-time-skipped = `{ $text }`: the clocks of that place skipped this time; give the time that they showed
error-time-to-come = `{ $text }` is still to come today; give the date as well, as "2026-09-07 { $text }"
error-time-future = `{ $text }` lies in the future; record what has happened
error-between-order = The second time lies before the first; exchange them

## Cases and this device

error-case-damaged = The stored case cannot be read: { $detail }
error-edit-size = One edit adds 1 to { $most } facts, of 256 KiB together; split it into several
error-case-full = This case would become larger than this device can store; nothing of it was changed
error-case-write = The case cannot be written: { $detail }
error-stored-damaged = What is stored under “{ $record }” cannot be read by this version of the program
error-no-case = This device has no case { $case }
error-share-over = The case was shared with you for a time that is over. Nothing of it is left on this device; what was not sent is sealed to the coordinators.
error-share-reads = The case is shared with you for reading only
error-taken-out-full = This device has noted so often what was taken out of it that there is no room: sync first, so that the server records it
error-share-needless = This person can open the case for good already
error-case-erased = A coordinator has erased the case { $case }. Nothing of it is left on this device.
error-key-closed = A key does not open; sync, and try again
error-case-closed = This device cannot write to that case
error-hub-lies = The server sent something that cannot be true: { $detail }. Nothing of it was used; tell your coordinator
error-not-coordinator = Only a coordinator's device can do this
error-device-revoked = A coordinator has revoked this device: everything on it is destroyed. What it had not brought yet is sealed to the coordinators, who decide over it
error-device-unknown = There is no device { $device } in the organisation
error-revoke-clerk = The server's own device cannot be revoked
error-revoke-last = This is the last coordinator's device: let a second coordinator in first
error-log-unknown = This device does not know its organisation yet; sync first
error-not-lawyer = Only a lawyer or a coordinator can be given a case to open
error-case-not-sent = The server does not have this case yet; sync first
error-role-same = That is their role already
error-role-less = A role changes to one that may do everything that the person could before: a recorder becomes lawyer, advocate or coordinator; a lawyer or an advocate becomes coordinator. For another one, revoke their devices and invite them anew
error-person-without-device = No device of that person has been let in yet
error-device-waits = This device waits for a coordinator to let it in
error-limited-waits = This is for few, and is sealed to coordinators, whom this device knows only once one has let it in. Exchange, and save it then
error-wrong-organisation = this is not the organisation that the invitation was for
error-log-entry = an entry of the organisation's log does not hold: { $detail }
error-feed-gap = between { $from } and { $to } of a feed something was left out
error-other-answer = it answered something else than was asked

## The vault

error-passphrase-wrong = The passphrase does not open this device
error-passphrase-short = The passphrase needs at least { $least } characters
error-vault-header = The vault's header is damaged; restore it from a backup of this device
error-vault-record = A record of the vault was changed or exchanged; it is not used
error-vault-memory = This device has not enough free memory to open the vault
error-vault-kind = This is no vault of a version that this program knows
error-vault-damaged = The vault is damaged at byte { $byte }; restore it from a backup of this device
error-vault-large = Too much to save at once; save fewer cases at a time
error-vault-write = The vault cannot be written: { $detail }. Nothing was saved; free some space and try again
error-vault-empty = The vault holds no device; remove the folder and log in again
error-elsewhere = The notebook is open in another tab or window; go on there, or close it and reload this page
error-locked = This device is locked
error-file = { $path }: { $detail }

## The server. What follows error-server- is the code of the server's answer.

error-answer = The server's answer cannot be read: { $detail }
error-unreachable = The server { $server } cannot be reached: { $detail }. Nothing on this device is lost; try again when there is a network
error-server-status = The server answered { $status }
error-server-other = The server says: { $title } ({ $code })
error-server-unauthorized = Sign in again: the name, the password, the invitation or the code is not valid
error-server-forbidden = This account may not do that: it takes another role, or the device is not let in yet
error-server-set-up-already = There is an organisation on this server already; ask its coordinator for an invitation
error-server-invitation-used = This invitation was used already or has expired; ask your coordinator for another
error-server-intake-over = Nobody joins by this link any more; ask your coordinator for another
error-server-intake-full = As many people have joined by this link as it was made for; ask your coordinator for another
error-server-not-let-in = A coordinator has not let you in. What you have recorded is on this device only; speak with whoever gave you the link
error-server-device-taken = This device belongs to another account already
error-server-name-taken = There is already an account of that name; choose another
error-server-log = Somebody has changed the organisation's log meanwhile; sync and try again
error-server-nonce = Signing in took too long, or the answer was lost; do it again
error-server-clock-off = This device's clock is more than five minutes off the server's; do it again
error-server-replayed = The server has had this very request already; do it again
error-server-token-spent = A newer session of this device is in use; do it again
error-server-session-ended = The session was ended: an older state of this device was used after a newer one. Sign in again. If nobody has restored this device from a copy, somebody else has one: tell a coordinator at once
error-server-second-factor-needed = This account has a second factor: give the code that your authenticator app shows, or a recovery code
error-server-second-factor-wrong = This code is wrong or was used already: wait for the next one, or use a recovery code that was not used yet
error-server-too-old = This program is older than the server takes: load the app anew, or install the newer habeas, and sync again. What is recorded on this device stays
error-server-second-factor-required = This takes a second factor, and your account has none: add an authenticator app, in the Habeas app or with habeas second-factor enrol, and do it again. Records can be exchanged all the same
error-server-own-second-factor = Another coordinator must reset your second factor
error-server-no-second-factor = This account has no second factor
error-server-no-account = There is no account of that name
error-server-too-many = Too many attempts; wait a few minutes and try again
error-server-cross-site = Another site had this sent; nothing was done
error-server-account-name = The name of an account is 2 to 40 of a to z, 0 to 9, dot, dash and underscore
error-server-password-length = A password has 10 to 256 bytes; several words are best
error-server-password-wrong = This is not the password that the account has now; nothing was changed. Type it again
error-server-store = The server cannot answer now; nothing was changed. Try again later
error-server-clerk = The server cannot answer now; nothing was changed. Try again later
error-server-clerk-locked = The server is locked and counts nothing; tell the operator. Records can be exchanged all the same
error-server-clerk-waits = A backup was put back on the server: it counts nothing until the coordinators' devices have synced with it, or an hour has passed and one of them has. Records can be exchanged all the same
error-server-log-waits = A backup was put back on the server, and coordinators' devices may know of decisions made after it. Until each of them has synced, but no longer than an hour, the organisation's log takes nothing new. Ask the other coordinators to sync, and try again; if it cannot wait, the operator can say count-again
error-server-elsewhere = This address leads to the wrong one of two servers; tell the operator
error-server-disk-full = The server's disk is nearly full, and it does not take this for now. It is kept here; tell the operator
error-server-stopping = The server is stopping; try again
error-server-busy = Too many are signing in just now; try again in a few seconds
error-server-too-large = That is too much at a time for the server
error-server-not-found = The server knows nothing of that kind; is its version older than this program's?
error-server-dates-order = The last day lies before the first; exchange them
error-server-dates-form = Write the days as 2021-01-10, between 1900 and 2199
error-server-no-release = There is no such count
error-server-released-already = This count is released already
error-server-second-person = A second person must release a count; you proposed it
error-server-no-case = The server has no such case yet; sync first
error-server-erased = A coordinator has erased this case; this device hears of it at the next sync
error-server-no-request = There is no such request, or its address is not confirmed
error-server-address-form = That is no mail address; write one such as dana@example.org
error-server-bundle = The server can open nothing of this file: it is no bundle, it is cut off or damaged, or it was made by a device that does not belong to the organisation
error-server-not-admitted = A coordinator has to let this device in first
error-server-no-access = This account may not open that case
error-server-frozen = Another coordinator has frozen you: nothing is exchanged but the organisation's log until two others thaw you. Everything on this device stays; speak with them

## Commands

error-not-signed-in = This device has not signed in to a server yet
error-device-id = { $id } is not the beginning of just one device's id
error-device-unproved = These keys did not come with an invitation of this device. Compare the whole id with its owner by voice, and say which role was agreed
error-account-unknown = This device has let nobody of the account { $account } in. If another coordinator did, give the whole id of their device, compared by voice
error-assignment-refused = The server refused the assignment ({ $code }); sync and try again
error-invitation-form = This is no invitation; it has two parts of 64 digits, joined by a dash
error-organisation-digits = The organisation's fingerprint has 64 digits, 0 to 9 and a to f
error-organisation-missing = A new device must know which organisation it belongs to: give an invitation, or the organisation's fingerprint as a device that you have shows it
error-who-missing = Say who it is: a name, or a description if nobody knows the name
error-place-city = A place needs its city, so that the time has a zone

## Why the server did not take something that a device sent, by its code

refused-stale-epoch = the case has a newer key
refused-not-admitted = the device has not been let in
refused-no-access = this device may not write to that case
refused-to-decide = you may only read that case now; a coordinator decides over what was not sent
refused-no-case = the server has no such case
refused-wrong-circles = the case was not sealed to the coordinators
refused-not-granted = the organisation's log does not allow it
refused-too-large = it is too large
refused-not-its-beginner = the case was begun by another device
refused-full = the case holds as much as one can
refused-disk-full = the server's disk is nearly full; it goes out by itself when there is room
refused-erased = a coordinator has erased the case
refused-other-log = the server's log of the organisation is not the one that this device knows; tell the operator and the coordinators

# Bundles: changes carried by hand

error-bundle-kind = This file is no bundle of Habeas, or larger than one can be
error-bundle-cut = The bundle is cut off at its very beginning; get the file again
error-bundle-not-for-this = The bundle is not sealed to this device: give it to whom it is for, or hand it in at the server
error-bundle-recipients = Choose 1 to { $most } devices for the bundle to be sealed to
error-bundle-stranger = The bundle was made by a device that does not belong to the organisation; nothing of it was used
error-bundle-empty = There is nothing to carry: the server has everything
