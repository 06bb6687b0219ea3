### The app. Its name is neutral on purpose.

app-name = Notebook
app-language = English
app-loading = Loading…
app-back = Back
app-skip = To the content
app-restarted = Something went wrong inside and was restarted. What was saved is safe; unlock again.
app-mismatch = This page and its inner part are of different versions. Load the page again.
app-elsewhere = The notebook is open in another tab or window. Go on there, or close it and reload this page.
app-update = A newer version is there. Nothing you have saved is lost by taking it.
app-update-take = Take the new version
app-waiting = A coordinator has not let this device in yet. You can record at once; it travels afterwards.
app-not-signed-in = This device has not signed in yet. What you record stays here until it has.

nav-cases = Cases
nav-new = New
nav-sync = Exchange
nav-people = People
nav-settings = Settings
nav-lock = Lock

setup-title = Set up this device
setup-intro = Records are sealed on this device under a passphrase. Nobody can reset it, and nobody but you knows it.
setup-account = Name of your account
setup-account-hint = 2 to 40 of a to z, 0 to 9, dot, dash and underscore. With an invitation: a name that you choose.
setup-password = Password of your account
setup-password-hint = At least 10 characters; several words are best.
setup-how = How do you belong to the organisation?
setup-invited = I have an invitation
setup-again = I have an account already
setup-invitation = The invitation
setup-organisation = The organisation's fingerprint
setup-organisation-hint = 64 digits: it stands in the settings of a device that you have.
setup-passphrase = A passphrase for this device
setup-passphrase-hint = Several words. It is asked for whenever you open the notebook.
setup-passphrase-again = The passphrase once more
setup-passphrase-differs = The two passphrases differ.
setup-do = Set up
setup-busy = Setting up…
sign-in-title = Sign in
sign-in-do = Sign in

unlock-title = Locked
unlock-passphrase = Passphrase
unlock-do = Unlock
unlock-busy = Unlocking…

cases-title = Cases
cases-empty = There is no case on this device yet.
cases-first = Record the first one
cases-disputes = { $count ->
    [one] { $count } dispute
   *[other] { $count } disputes
}
cases-unsent = not sent: { $count }
cases-aside = set aside: { $count }

new-title = Who was taken?
new-name = Name
new-name-hint = In any script, as it was said.
new-description = Or what the person looks like, if nobody knows the name
entry-kind = What happened?
entry-choose = — choose —
entry-city = City
entry-city-of-case = as in the case
entry-place = Place
entry-place-hint = Station, court, hospital, square or street
entry-when = When?
when-now = now
when-at = at
when-about = about
when-between = between
when-before = not later than
when-after = not earlier than
when-unknown = nobody knows
entry-time = Time there
entry-time-to = and
entry-minutes = Minutes either way
entry-said = In which words, if no clock time was given
entry-source = Who says so?
entry-source-name = Their name, if it may be written down
entry-reliability = How do they know?
entry-optional = { $field } (if known)
entry-replaces = This corrects:
entry-replaces-not = Correct nothing
entry-save = Save
entry-save-another = Save, and another from there
entry-saving = Saving…
entry-saved = Saved on this device: { $name }

field-text = Words
field-date = Date
field-sex = Sex
field-which = What
field-holds = Is it so?
field-exit-offered = Could they leave?
field-plate = Number plate
field-guarded = Under guard?
field-regime = Held as
field-article = Article
field-lawyer = Lawyer
field-lawyer-present = Was a lawyer there?
field-by = By whom
field-penalty = Penalty
field-days = Days
field-person = Person
field-figure = What is counted
field-value = How many
field-who = Who said it
field-url = Address of the source
field-scope = About which places
field-reason = Reason
field-copy-refused = Copy refused?
field-number = Number
field-status = As what
field-how = How
field-what = What
field-met-lawyer-first = Met a lawyer in private before?
field-months = Months
field-badge = Badge
field-unit = Unit
field-masked = Masked?
field-purpose = To what
field-given = Agreed?
field-about = About whom or what
field-relation = How they are related
field-case = Id of the other case
field-done = Done?
field-minutes = Minutes without a break
field-representative-present = Was a parent or a teacher there?
field-at = Day and time
field-adds = Added to another arrest?
field-sha256 = SHA-256 of the file
field-bytes = Size in bytes

case-limits = Limits
case-no-limits = Nothing is known yet that a limit could count from.
case-disputes = Accounts disagree
case-timeline = What is known
case-add = Add a fact
case-correct = Correct
case-assign = Let somebody open this case
case-assign-account = Account of a lawyer or coordinator
case-assign-do = Let them open it
case-ask = To find out: { $question }

sync-title = Exchange with the server
sync-do = Exchange now
sync-busy = Exchanging…
sync-unsent = Not sent yet: { $count }
sync-all-sent = Everything is sent.
sync-aside = Set aside, because they could not be checked: { $count }
sync-last = The server last answered: { $when }
sync-never = The server has not answered yet.
sync-offline = This browser says that there is no network. What you record is kept here.
sync-by-hand = Without a network
sync-by-hand-text = What has not reached the server can go by hand, on a stick or in any messenger: sealed, so that only coordinators and the server can open it. It counts as not sent until the server says that it has it.
sync-give = Make a file
sync-take = Take in a file that somebody gave you
sync-given = The file is made. Hand it on, to a coordinator or to anybody who comes to where there is a network.

people-title = People
people-devices = Devices
people-none-wait = No device waits.
people-let-in = Let in
people-revoke = Revoke
people-revoke-text = It gets nothing from now on and destroys what it has as soon as it hears of it. It cannot come back.
people-revoke-sure = Yes, revoke it
people-compare = These keys did not come with an invitation of this device. Compare the whole id with its owner by voice before you let it in.
people-compared = I have compared the whole id by voice. They may be:
people-invite = Invite somebody
people-role = As
people-hours = For how many hours
people-invite-do = Make an invitation
people-invitation = The invitation holds once and for one person. Hand it over where nobody else reads it:
people-families = Families who ask
people-follows = Follows case { $case }
people-attach-to = Which case may they follow?
people-attach = Let them follow
people-detach = Take off the case
people-attach-warning = Check who they are and what the detained person wishes.

settings-title = Settings
settings-language = Language
settings-contact = Where your alerts go
settings-contact-address = Mail address
settings-contact-do = Send alerts there
settings-device = This device
settings-account = Account: { $account }
settings-role = Role: { $role }
settings-organisation = The organisation's fingerprint: { $fingerprint }
settings-persisted = The browser promises to keep what is stored here.
settings-not-persisted = The browser may remove what is stored here if space runs short. Exchange often, and install the notebook to the home screen.
settings-wipe = Wipe this device
settings-wipe-text = Destroys the keys and every record on this device, at once. What the browser may still keep cannot be opened any more. What was sent stays with the others.
settings-wipe-sure = Yes, destroy everything here
settings-wipe-not = Keep it

## A roll call

roll-title = Roll call
roll-where = Where
roll-nobody = Nobody is known to be held at a place with a name.
roll-mark = Mark as
roll-tap = Then tap everybody of whom that is so; a second tap takes it back.
roll-rest = Mark everybody else
roll-inside = inside
roll-out = let go
roll-moved = moved
roll-court = taken to court
roll-not-shown = not shown
roll-court-place = court
roll-save = Save for all
roll-saved = { $count ->
    [one] Saved for { $count } person
   *[other] Saved for { $count } people
}
