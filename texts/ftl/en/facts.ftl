### Facts, statuses, sources, places: what a case shows.

fact-name = Name
fact-description = Description
fact-birth = Born
fact-sex = Sex
fact-vulnerability = Vulnerability
fact-last-seen-free = Last seen free
fact-restrained = Restrained
fact-in-vehicle = Put into a vehicle
fact-delivered = Brought to the station
fact-held = Held
fact-asked-not-here = Asked: "not here"
fact-seen-in-custody = Seen or heard of in custody
fact-transferred = Moved
fact-hospitalised = Taken to hospital
fact-released = Released
fact-died = Died
fact-regime = Held as
fact-circumstance = Circumstance
fact-lawyer-admitted = Lawyer let in
fact-lawyer-refused = Lawyer refused
fact-court-order-received = Court order received
fact-hearing-held = Hearing held
fact-sentenced = Sentenced
fact-injury = Injury
fact-relatives-told = Relatives told
fact-interrogated = Interrogated
fact-prosecutor-told = Prosecutor told in writing
fact-motion-filed = Motion for custody filed
fact-materials-at-court = Materials reached the court
fact-appeal-filed = Appeal or complaint filed
fact-appeal-decided = Appeal or complaint decided
fact-secrecy-warning = Warned that the investigation is secret
fact-ill-treatment = Ill-treatment
fact-medical-examination = Medical examination
fact-conditions = Conditions in custody
fact-property-taken = Property taken
fact-contact = Contact
fact-lawyer-assigned = Lawyer assigned
fact-official-claim = Claimed in public
fact-note = Note
fact-retraction = Taken back

status-unknown = nothing is known yet
status-missing = looked for
status-held = held
status-in-hospital = in hospital
status-under-arrest = serving administrative arrest
status-released = free
status-died = dead

source-person = the person
source-relative = a relative
source-lawyer = a lawyer
source-witness = a witness
source-recording = a recording
source-police = the police
source-court = a court
source-press = the press

reliability-first-hand = first hand
reliability-reported = reported
reliability-rumour = rumour

regime-administrative = an administrative case
regime-criminal = a criminal case
regime-none = no case

penalty-arrest = administrative arrest
penalty-fine = fine
penalty-warning = warning

sex-female = woman
sex-male = man

condition-foreign = not a citizen
condition-medical-need = needs medicine or care

answer-yes = yes
answer-no = no

city-aktau = Aktau
city-aktobe = Aktobe
city-almaty = Almaty
city-astana = Astana
city-atyrau = Atyrau
city-karaganda = Karaganda
city-kokshetau = Kokshetau
city-konaev = Konaev
city-kostanay = Kostanay
city-kyzylorda = Kyzylorda
city-oral = Oral
city-oskemen = Oskemen
city-pavlodar = Pavlodar
city-petropavl = Petropavl
city-semey = Semey
city-shymkent = Shymkent
city-taldykorgan = Taldykorgan
city-taraz = Taraz
city-turkistan = Turkistan
city-zhezkazgan = Zhezkazgan

## A case on a screen

show-no-name = no name yet
show-status = { $status } ({ $since })
show-status-open = { $status }
show-disputed = Accounts disagree: { $what }
show-last-proof = Last seen or heard of in custody: { $when }
show-corrected = Corrected or taken back
show-newer = Written by a newer version of this program
show-unsent = { $count ->
    [one] { $count } edit has not reached the server yet
   *[other] { $count } edits have not reached the server yet
}
show-aside = { $count ->
    [one] { $count } edit was set aside and is not shown
   *[other] { $count } edits were set aside and are not shown
}
show-time-unknown = time unknown
show-time-before = before { $to }
show-time-after = after { $from }
show-time-between = between { $from } and { $to }
show-source = { $source }, { $reliability }
show-claim = { $date }: { $who }: { $figure } { $value }
show-held-days = { $penalty }, { $days }
show-exit-offered = could they leave: { $answer }
show-guarded = under guard: { $answer }
show-lawyer-present = a lawyer was there: { $answer }

## What a public claim counts

figure-detained = detained:
figure-held = held:
figure-still-held = still held:
figure-released = released:
figure-sentenced = sentenced:
