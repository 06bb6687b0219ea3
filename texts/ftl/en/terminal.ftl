### What only the command-line device says: what it asks, what it did, and what it names by the commands of a terminal.

device-older = Changes that were written under this device's name and that its records did not know: { $count }, the newest of { $when }. They are here now.
device-older-log = By the server, this device knew more of who belongs to the organisation at { $when } than its records did until now: they are older than what it once had.
device-this = This device: { $id }
device-signed-in = Signed in. `habeas sync` brings your cases.
device-signed-in-waiting = Signed in. A coordinator lets the device in with: habeas device approve { $id }
device-record-meanwhile = You can record at once; it travels afterwards.
device-waiting = This device waits for a coordinator to let it in: { $id }
device-kept = What you record meanwhile is kept here and travels afterwards.
device-invitation = This invitation holds for { $hours } hours and for one person. Hand it over where nobody else reads it.
device-organisation-made = The organisation is made, and this device is its first coordinator's: { $id }
device-second-coordinator = Set-up is unfinished until there is a second coordinator: habeas invite --role coordinator
device-let-in = { $id } is in: { $account }, { $role }
case-erased = { $case } is erased. The server has destroyed it; every device does so when it next hears of it. Backups that the operator has made before still hold it until they are deleted.
error-erase-unsure = Case { $case } ({ $title }) would be erased for good, at the server and on every device, with everything recorded in it and its photographs. Families that follow it hear nothing more. It cannot be taken back: say --yes if that is what you want
fact-erased = The fact { $fact } is erased. The server has destroyed its key; every device does so when it next hears of it. Backups that the operator has made before still hold it until they are deleted.
error-erase-fact-unsure = This fact would be erased for good, at the server and on every device: { $said }. Who wrote it and when, and that it was erased, stays; the case goes on without it. It cannot be taken back: say --yes if that is what you want
error-fact-not-sealed = { $fact } is erased already, or was not recorded as sensitive: then it goes only with its case, by habeas case erase
device-family-follows = The family follows { $case } ({ $title }) from here on. Attaching the request to another case moves it there.
request-confirmed = confirmed
request-attached = attached
device-family-waits = The family follows no case any more; its request waits.
count-released = released
count-waits = waits for a second person
count-none = No count is proposed or released. Propose one: habeas tally propose --from DAY --to DAY
error-count-unknown = { $id } is not the beginning of one count: habeas tally list shows them. What was proposed is withdrawn when a case is erased: propose it again
device-rows = Whole months, in an order that says nothing. No name stands there, and still each row is somebody: keep the file as you would keep a list of people, and do not put two such files side by side in public.
device-proposed = A second person must release it: habeas tally release { $id }
device-released = Released: it stands on the server's page /counts.
error-wipe-unsure = Everything on this device would be destroyed for good, with what was not sent yet: { $folder }. It cannot be taken back: say --yes if that is what you want
device-wiped = Everything on this device is destroyed. Your account and what was sent are not; to go on, sign in as on a new device.
error-field-form = `{ $field }` is no field; write name=value
error-case-ambiguous = { $case } is not enough to tell the case; give more of its id
error-vault-order = A record was put in another's place; restore the vault from a backup of this device
error-vault-torn = The last save was cut off before it was confirmed; its { $bytes } bytes are in { $path }. Everything confirmed is there.
error-folder-holds-device = { $folder } holds a device already; give another folder with --home
error-no-device = There is no device in { $folder }; begin with `habeas login --help`, or name its folder with --home
error-device-busy = Another program is using the device in { $folder }; wait until it is done
error-cannot-ask = Cannot ask on this terminal ({ $detail }); set { $variable }
error-server-address = `{ $server }` is no address of a server; it begins with https:// (http:// only on this machine)
error-more = There is more to exchange; sync again
error-code-parts = The code has two parts, joined by a dash; copy the whole of it from the server's terminal
error-other-clerk = The clerk that answers is not the one whose fingerprint the server printed: somebody may be in between. Nothing was made
error-setup-unsure = { $problem }. If the server may have received it all the same, try `habeas login` with this account before anything else: the folder { $folder } then holds your only coordinator. If the server refused it, remove the folder and begin again
error-setup-code = The server does not accept this set-up code: copy it again from the server's own terminal
error-device-in = This device is in already
error-device-whole-id = Give the whole id that you have compared, not its beginning
error-days-form = `{ $text }` cannot be asked for: letters, digits and dashes only; days are written as 2021-01-10
ask-passphrase = Passphrase of this device:
ask-new-passphrase = A passphrase for this device (several words; nobody can reset it):
ask-again = The same once more:
error-typed-differently = The two are not the same; nothing was made. Begin again
ask-password = Password of your account:
ask-new-password = A password for your account:
ask-next-password = The new password of your account:
password-changed = The password is changed. This device stays signed in; your others sign in again: habeas login. The passphrase of this device is as it was.
show-timeline = What is known
show-deadlines = Limits
show-last-word = No word since: { $when }
show-stints = Where the person was held
show-procedure = Procedure
show-place-unknown = place unknown
show-no-cases = There are no cases on this device.

## The clock without a device

error-no-pack = There are no rules `{ $pack }`; there are: { $packs }
error-file-large = is larger than { $most } bytes
error-sheet = this is neither what `habeas case show --json` prints nor facts as docs/clock.md describes them: { $detail }
error-when-twice = say once when it was: at, about, between, before or after
error-held-ahead = lies after --now, and could not be known then
error-give-or-take = goes with about, and with nothing else
rules-checked = { $pack }, edition of { $edition }: all { $count } rules can be used.
rules-reviewed = Reviewed by { $name }.
explain-none = No limit concerns this case as it is written down.

## What to type after an error of that name.

hint-error-fact-id = `habeas case show` lists them
hint-error-replaces-unknown = `habeas case show` lists them
hint-error-no-case = `habeas list` shows what it has
hint-error-not-signed-in = see `habeas login --help`
hint-error-device-id = `habeas device list` shows them
hint-error-bundle-empty = name cases with --case to carry them all the same
hint-error-bundle-not-for-this = `habeas bundle hand-in FILE` hands it in at the server
hint-error-device-unproved = add --compared-by-voice ROLE
hint-error-account-unknown = `habeas device list` shows who there is
hint-error-organisation-digits = they come after --organisation
hint-error-organisation-missing = --invite, or --organisation with what `habeas org show` prints
rules-hear = families hear
rules-hear-not = families do not hear
rules-silent = Nobody has verified these rules, so families hear nothing under them until you allow it (habeas rules allow RULE): { $rules }
error-no-rule = there is no rule `{ $rule }`; `habeas rules list` shows them

## Papers and roll calls

breaches-none = Nothing is broken by every reading, as far as is known.
breaches-since = Counted from: { $when }
export-unsealed = { $path } holds the case in the clear. Whoever has the file reads every name in it: keep it sealed, and remove it after use
history-recorded = written down: { $when }
history-received = came to this device: { $when }
history-implausible = such a time cannot be: the clock of the device that wrote it down, or of this one, was wrong
history-replaced = corrected or taken back by { $fact }
aside-of = { $whose }: { $why } ({ $count })
aside-signed = { $who }, device { $device }
aside-named = under the name of { $who }, device { $device }, and not proved to be theirs
aside-nobody = by somebody whom nothing names
aside-no-key = waits, because this device has no key for it yet
aside-author = waits, because the organisation's log has nobody yet who writes under that name
aside-earlier = waits for an edit that it was written upon and that has not come yet
aside-later = waits for a later edit of its author, which vouches for it and has not come yet
aside-room = waits, because the case holds as much as one can
aside-seal = refused: it does not open with the case's key
aside-change = refused: it is nothing that this version of the program can read
aside-id = refused: it came under another edit's name
aside-signature = refused: it is not signed by the device whose name it bears
aside-seq = refused: it is not that device's next edit
aside-start-op = refused: it is not numbered behind what it was written upon
aside-field = refused: a fact in it has not the form of one
aside-replaces = refused: it corrects a fact that its author cannot have seen
aside-apply = refused: it cannot be added to the case
aside-poison = not opened again, because the program has died of it
error-heads = `{ $text }` names no changes of this case; `habeas case show --json` prints `heads`
error-no-sheet = No sheet of `{ $place }` was printed on this device; `habeas rollcall PLACE` prints one
error-nobody-there = Nobody is known to be held at `{ $place }`. Places on this device: { $places }
error-mark = `{ $mark }` cannot be read; write numbers and a state, as "1-14,17 out". States: { $states }
error-sheet-number = `{ $part }` is no number or range of the sheet, which has { $count }
error-marked-twice = number { $number } is marked twice; nothing was saved
rollcall-how = Read it back as: habeas rollcall "{ $place }" "1-14,17 out" "15 moved" (inside, out, moved, court, not_shown)

## Rules of elsewhere

error-no-zone = there is no zone `{ $zone }` here; places lie in those of Kazakhstan, in Europe/Moscow and in Asia/Tbilisi
rule-ru-cpc-protocol = Russia: protocol of detention
rule-ru-cpc-prosecutor = Russia: notice to the prosecutor
rule-ru-cpc-detention = Russia: detention without a court
rule-ru-cao-detention = Russia: administrative detention
rule-ru-cao-detention-total = Russia: administrative detention in all
rule-ru-cao-arrest = Russia: longest administrative arrest
rule-ge-cpc-charge = Georgia: charge
rule-ge-cpc-court = Georgia: first appearance before the court
rule-ge-cpc-detention = Georgia: detention in a criminal case in all
rule-ge-cao-detention = Georgia: administrative detention
rule-intl-iccpr-judge = International Covenant: before a judge
rule-intl-echr-judge = European Convention: before a judge
rule-intl-un-judge = UN principles: promptly before a judge
law-RUCPC = Criminal Procedure Code of Russia
law-RUCAO = Code of Administrative Offences of Russia
law-GECPC = Criminal Procedure Code of Georgia
law-GECAO = Code of Administrative Offences of Georgia
law-ICCPR = International Covenant on Civil and Political Rights
law-ECHR = European Convention on Human Rights
law-UNBOP = UN Body of Principles

# Bundles: changes carried by hand

bundle-handed-in = Handed in. Of its changes the server has { $there } now and does not take { $refused }. The acknowledgement for whoever made the bundle: { $file }
bundle-made = Made. Files: { $files }; changes: { $changes }; cases: { $cases }; devices that can open it: { $devices }
error-bundle-nobody = `{ $who }` is nobody that this device knows: write coordinators, the account of somebody whom this device has let in, or the id of a device
device-revoked = Revoked: { $account }, { $device }. It gets nothing from now on, and destroys what it has as soon as it hears of it. The cases that it could open are getting new keys.
device-handed-over = What it had not brought yet has been handed to the coordinators; they decide over it. Files: { $count }
device-hands-over-later = What it had not brought yet waits here, sealed, until the server can be reached. Files: { $count }
quarantine-empty = Nothing waits for a decision
quarantine-item = { $id }: received { $time } from the device { $device } ({ $account }), which is revoked, or may not write there any more; changes: { $changes }. When they were written nobody can prove
quarantine-accepted = Taken into the cases: { $received }; set aside: { $aside }
quarantine-dropped = Deleted: { $id }
error-quarantine-stays = It stays in quarantine: part of it could not be read, is of cases that this device cannot open ({ $closed }), or is not at the server yet. Try again, or let another coordinator
error-quarantine-unknown = Nothing in quarantine is called { $id }
hint-error-quarantine-unknown = `habeas quarantine list` shows what waits
fact-replaces = it corrects or takes back: { $fact }
error-file-there = { $path } is there already; nothing is written over it: name a new file
hint-error-no-attachment = `habeas attachment list CASE` shows what there is
hint-error-attachment-original = with --original you get it as it was attached, with whatever it may say of its origin

## Second factors

ask-code = Code of your authenticator app, or a recovery code:
factor-scan = Give this to an authenticator app on another device than this one, by the QR code or by hand. Whoever has it has your second factor.
factor-confirm = Then: habeas second-factor confirm CODE, with the code that the app shows
error-factor-not-begun = Nothing is waiting to be confirmed; begin with habeas second-factor enrol
factor-enrolled = From now on signing in takes a code of the app, too. These recovery codes let you in without the app, each once. Write them down and keep them apart from your devices; they are not shown again.
factor-missing = This account has no second factor: whoever learns its password gets in. Add an authenticator app: habeas second-factor enrol
factor-due = Without it, from { $due } on, by the clocks of Almaty, the server does nothing for this account that is for coordinators and advocates only: no letting in, no revoking, no assigning, no counts. Records can be exchanged all the same.
factor-overdue = Without it the server does nothing for this account any more that is for coordinators and advocates only: no letting in, no revoking, no assigning, no counts. Records can be exchanged all the same.
factor-reset = The second factor of { $account } is taken away. Until they enrol another, their password alone lets them in.

## Intakes

intake-opened = Whoever opens this link in the next { $hours } h makes an account and records at once; at most { $people } people. Show it only to those in the room. Then: habeas intake list
intake-until = The link holds until { $until }; joined: { $joined } of { $people }
intake-was-until = The link held until { $until }; joined: { $joined } of { $people }
intake-none = This device has no intake in which anything is undecided.
intake-approved = Let in: { $count }
intake-refused = Not let in: { $count }. What they have recorded stays on their devices.
intake-closed = Nobody joins by this device's links any more.
error-server-device-in = A device that is let in already, or whose owner is, cannot be refused; revoke it: habeas device revoke
error-intake-name = Nobody called { $name } has come by a link of this device, or more than one; give the account's whole name or more of the device's id
error-intake-in = { $account } is let in already; a device that is in is revoked: habeas device revoke
error-intake-too-many = By one link { $count } people have come, more than it was made for: the server has let in more than it may. Nobody was let in. Hear each of them, and let them in one by one with habeas device approve

## Coordinators

coordinator-is-there = coordinates
coordinator-is-frozen = frozen; coordinators who want them back: { $count } of 2
coordinator-frozen = Frozen: { $who }. Their devices sign nothing that counts and get nothing from their next request on. What they have stays on them; two other coordinators thaw: habeas coordinator thaw
coordinator-half-thawed = You want { $who } back; a second coordinator has to say the same.
coordinator-thawed = { $who } coordinates again.
role-changed = { $who }: { $role } from now on, on every device that they have. What this role opens comes with their next exchange
role-second-factor = For what only this role may do they need an authenticator app: in the app under Settings, or habeas second-factor enrol. Unless their account is new, it waits until they have one
error-role-unproved = This device has not let { $who } in, and the names in the list of devices are the server's word. Have them read the whole id of their device to you, and give it with --compared-by-voice
error-role-other = Whoever this device belongs to is: { $role }. Say so: --compared-by-voice { $word }; another role is given with habeas role
error-coordinator-unknown = { $who } is neither an account that this device knows nor the beginning of one device's id: habeas device list
error-freeze-oneself = Nobody freezes themselves: let another coordinator do it, or revoke the device
error-freeze-others = Only coordinators are frozen; a device of anybody else is revoked: habeas device revoke
error-frozen-already = This coordinator is frozen already
error-not-frozen = This person is not frozen
error-thawed-already = You have said so already; a second coordinator has to say the same

## Recovery

recovery-title = Share { $number } of 3
recovery-text = Two of the three shares bring the organisation back when every coordinator's device is lost: whoever holds two can open every case. One alone opens nothing. Keep this sheet where nobody looks for it, apart from the others, and tell nobody who has them.
recovery-how = To use it, with a second share, on a computer with the program habeas: habeas recovery use --server { $server } --account NAME. Type the four lines as they stand here, or scan the code. Afterwards, and when a sheet is lost: habeas recovery rotate.
recovery-holds = These three shares hold from now on, and none that were printed before. Give them to three people who do not live together, and keep no copy here: clear the terminal and whatever file they went through.
recovery-there = There are shares. Two of them bring the organisation back.
recovery-none = There are no shares: if every coordinator's device is lost, everything is. Print them: habeas recovery print
recovery-done = This is a coordinator's device now: { $id }. Next: let a second coordinator in, revoke the devices that are lost, and replace the shares that were used: habeas recovery rotate
recovery-ask = Share { $number } of two: its four lines, one after another
recovery-rotate = If the person who has gone kept a printed share, or has printed them, replace all three: habeas recovery rotate
error-recovery-there = There are shares already; to replace them: habeas recovery rotate
error-recovery-none = There are no shares yet: habeas recovery print
error-recovery-void = { $problem }. The shares that were just printed hold nothing: destroy them, and print again
error-share-same = This is one and the same share twice; a second one is needed
error-share-apart = These two shares do not belong together: they are of different printings
error-share-other = The server shows another organisation than the one whose shares these are; nothing was done
error-share-line = Line { $number } is not as it was printed: compare letter by letter, and type it again
error-share-short = That is no whole share: it has four lines of 24 letters and digits
error-server-no-recovery = These are not the shares of this server's organisation, or others have taken their place

## Shares

error-share-end = `{ $text }` is no time in the future; write it as 2026-09-09 18:00
error-not-shared = The case is not shared with this person. What was assigned to somebody stays open to them
share-to-read = to read
share-to-write = to read and write
share-until = Shared with { $who }, { $how }, until { $end }
share-open = Shared with { $who }, { $how }, until a coordinator ends it
share-is-over = Was shared with { $who }, { $how }: that is over
device-share-ended = The share of the case { $case } is over. Nothing of it is on this device any more.
device-share-left = What was recorded here and not sent waits, sealed, for the coordinators to decide: { $unsent }.

## Teams

team-line = { $name }: cases: { $cases }; people: { $who }
share-by-team = Open to { $who } by a team
error-team-name = A team's name has 1 to { $most } bytes, which is half as many letters of Kazakh or Russian
error-team-known = There is a team “{ $name }” already
error-team-unknown = There is no team “{ $name }”: habeas team list
error-team-has = { $what } is in this team already
error-team-lacks = { $what } is not in this team

## Shifts

error-server-no-shift = Index cards are for whoever is on shift at a station now, by the server's clock; a coordinator puts people on shift
error-no-shift = { $account } is on no shift now
error-shift-lawyer = Only lawyers are put on shift: whoever coordinates opens every case anyway
error-shift-long = A shift lasts 24 hours at most; put the person on shift again when it is over
error-shift-place = The name of a station has 1 to { $most } bytes, in one line
shift-at = { $who }: on shift until { $until }, at { $place }
shift-cards = Index cards of the station: { $count }, as of { $made }; they are shown by habeas shift cards. They are destroyed here at { $until }.
shift-ended = { $account } is on shift no longer and gets no new index cards. Those on their device are destroyed 72 hours after they were made
shift-no-cards = There are no index cards on this device.
shift-nobody = Nobody is on shift now.
shift-own = You are on shift until { $until }
shift-somewhere = { $who }: on shift until { $until }
