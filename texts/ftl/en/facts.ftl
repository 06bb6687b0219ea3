### Facts, statuses, sources, places: what a case shows.

fact-name = Name
fact-description = Description
fact-birth = Born
fact-sex = Sex
fact-vulnerability = Vulnerability
fact-last-seen-free = Last seen free
fact-restrained = Restrained
fact-exit-offered = Offered to leave
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
fact-sexual-violence = Sexual violence
fact-privileged-note = Privileged note
fact-informant = Informant: who told us
fact-medical-examination = Medical examination
fact-conditions = Conditions in custody
fact-property-taken = Property taken
fact-document = Document
fact-blocked-at-home = Blocked at home
fact-sobered = Certified sober again
fact-protocol = Protocol drawn up
fact-status-claimed = Police say: here as
fact-number = Number of papers
fact-rights-explained = Rights and grounds explained
fact-relatives-requested = Asked that relatives be told
fact-embassy-told = Embassy told
fact-lawyer = Lawyer
fact-lawyer-meeting = Private meeting with a lawyer
fact-charged = Charged
fact-not-done = Not done by then
fact-remand = Remanded in custody
fact-hearing-set = Hearing set
fact-decision-received = Copy of the decision received
fact-official = Person of the state
fact-consent = Consent
fact-link = Link to another case
fact-incident = Part of an event
fact-head-count = Held there together
fact-task = To do
fact-contact = Contact
fact-lawyer-assigned = Lawyer assigned
fact-official-claim = Claimed in public
fact-attachment = Attachment
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
regime-preventive = preventive restriction of movement

exit-no = no
exit-on-condition = on a condition
exit-yes = yes

penalty-arrest = administrative arrest
penalty-fine = fine
penalty-warning = warning

protocol-delivery = of delivery
protocol-administrative = of administrative detention
protocol-offence = of the offence
protocol-detention = of procedural detention

claimed-talk = invited to a talk
claimed-witness = a witness
claimed-witness-with-defence = a witness with the right to defence
claimed-suspect = a suspect
claimed-administrative = in an administrative case
claimed-nothing = nothing was said

number-criminal = criminal case
number-incident = book of incidents (KUI)
number-protocol = protocol
number-court = court case

lawyer-chosen = chosen
lawyer-appointed = appointed
lawyer-waived = waived

duty-delivery-protocol = protocol of delivery
duty-administrative-protocol = protocol of administrative detention
duty-offence-protocol = protocol of the offence
duty-detention-protocol = protocol of procedural detention
duty-relatives-told = relatives told
duty-embassy-told = embassy told
duty-rights-explained = rights and grounds explained
duty-lawyer-meeting = private meeting with a lawyer
duty-interrogated = interrogation
duty-prosecutor-told = prosecutor told in writing
duty-motion-filed = motion for custody filed
duty-hearing-held = hearing held
duty-court-order-received = court order received
duty-appeal-decided = appeal decided

challenge-appeal = appeal against a decision
challenge-complaint = complaint about the detention

purpose-tell-family = tell the family
purpose-never-tell = never tell somebody
purpose-share = share with another organisation
purpose-publish = publish
purpose-complain = complain on their behalf
purpose-evidence = give as evidence

relation-same-detention = the same detention
relation-same-person = the same person
relation-not-same = not the same person

sex-female = woman
sex-male = man

condition-foreign = not a citizen
condition-sole-carer = brings up a child alone
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
show-fact-sealed = Sealed: this device has no key for it
show-fact-sealed-own = Sealed: you wrote it, and this device keeps no key for it
show-fact-erased = Erased by a coordinator
show-fact-limited = for coordinators, and whoever wrote it
show-unsent = { $count ->
    [one] { $count } edit has not reached the server yet
   *[other] { $count } edits have not reached the server yet
}
show-copied = Two copies of one device have written here ({ $device }). Both writings are shown. Ask whose device that is whether they restored it; if not, somebody has a copy of it.
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
