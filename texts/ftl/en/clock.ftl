### The legal clock: verdicts, limits, questions. Words of the law are those of docs/glossary.md.

verdict-not-applicable = does not apply
verdict-met-in-time = done in time
verdict-within = within the limit
verdict-met-late = done too late
verdict-possibly-over = possibly over the limit
verdict-over-if-still-held = over the limit if still held
verdict-certainly-over = certainly over the limit
verdict-prohibited = prohibited by law

limit-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
limit-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
limit-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}

## Rules, by id

rule-kz-cpc-detention = Detention in a criminal case without a court's order
rule-kz-cao-detention = Administrative detention
rule-kz-cao-arrest = Longest administrative arrest
rule-kz-cao-arrest-together = Several administrative arrests together
rule-kz-con-detention = Longest detention by the Constitution
rule-kz-con-rights = Rights and grounds explained at the moment of detention
rule-kz-con-lawyer-refused = A lawyer refused
rule-kz-cpc-delivery = Delivery in a criminal case
rule-kz-cpc-protocol = Protocol of detention
rule-kz-cpc-prosecutor = Written notice to the prosecutor
rule-kz-cpc-relatives = Word to the relatives in a criminal case
rule-kz-cpc-embassy = Word to the embassy
rule-kz-cpc-interrogation = First interrogation
rule-kz-cpc-interrogation-length = Length of an interrogation without a break
rule-kz-cpc-interrogation-day = Interrogations of one day, all together
rule-kz-cpc-night = Interrogation at night
rule-kz-cpc-night-minor = Interrogation of a minor at night
rule-kz-cpc-lawyer-first = Private meeting with a lawyer before the interrogation
rule-kz-cpc-minor-alone = A minor interrogated without a lawyer
rule-kz-cpc-motion = Motion for custody to the court
rule-kz-cpc-judge = Ruling of the judge on custody
rule-kz-cpc-remand = Custody by the order of a court
rule-kz-cpc-remand-length = Longest remand that a court may order
rule-kz-prevention-talk = Preventive talk
rule-kz-prevention-talk-alone = Preventive talk with a minor without a representative
rule-kz-prevention-restriction-sanction = Preventive restriction of movement without a court's sanction
rule-kz-prevention-restriction = Preventive restriction of movement
rule-kz-cao-delivery = Delivery in an administrative case
rule-kz-cao-prosecutor = Notice to the prosecutor of administrative detention
rule-kz-cao-hearing = Hearing of an administrative case that carries arrest
rule-kz-cao-protocol = Protocol of administrative detention
rule-kz-cao-relatives = Word to the relatives in an administrative case
rule-kz-cao-limitation = Time in which an assembly case may be decided
rule-kz-cao-arrest-prohibited = Arrest of somebody on whom it may not be imposed
rule-kz-cao-arrest-served = End of the administrative arrest
rule-kz-cao-appeal = Appeal against the penalty
rule-kz-cao-appeal-heard = Hearing of the appeal while the arrest is served
rule-kz-cao-complaint = Complaint about the detention
rule-kz-cao-complaint-decided = Decision on the complaint about the detention

rule-kz-any-detention = Detention while nobody knows in which case
rule-kz-cao-after-hearing = Custody after a hearing without arrest

law-CPC = Criminal Procedure Code
law-CAO = Code of Administrative Offences
law-CON = Constitution
law-PRV = Law on the prevention of offences
law-SPI = Law on custody in special institutions

# $law is the law's name, $article the article with its parts.
citation = { $law }, art. { $article }

## What is not known and would settle it

ask-still-held = Has anybody seen or heard of this person since then, inside or free?
ask-when-started = At what minute could this person no longer leave?
ask-last-free = When was this person last known to be free?
ask-exit-offered = Could people really leave, when, and on what condition?
ask-when-ended = At what minute was this person let go, and who saw it?
ask-done = Was it done, and at what minute?
ask-when-done = At what minute was it done, and who saw it?
ask-how-long = Exactly how long? It stands in the court's decision, or in the record of the interrogation.

# $what is one of the conditions below.
ask-condition = Find out: { $what }
ask-article = Which article do the police name? Is it { $article }?

condition-arrest-imposed = a court has imposed arrest
condition-regime-unsettled = nobody knows in which case
condition-child-under-14 = has a child under 14
condition-woman-with-child-under-14 = a woman with a child under 14
condition-man-alone-with-child-under-14 = a man who brings up a child under 14 alone
condition-circumstance-emergency = a state of emergency is in force there
condition-circumstance-remote = the place is remote
condition-crime-causing-death = suspected of an intentional crime causing death
condition-crime-criminal-group = suspected of a crime in a criminal group
condition-crime-drugs = suspected of a drug crime
condition-crime-especially-grave = suspected of an especially grave crime
condition-crime-mass-riot = suspected of a crime during mass riots
condition-crime-sexual-against-minor = suspected of a sexual crime against a minor
condition-crime-terrorist-or-extremist = suspected of a terrorist or extremist crime
condition-disability-group-1-or-2 = disability of group I or II
condition-man-over-63 = a man over 63
condition-man-63-or-over = a man of 63 or over
condition-woman-58-or-over = a woman of 58 or over
condition-interrogation-urgent = the interrogation could not wait until morning
condition-regime-preventive = held under preventive restriction of movement
condition-minor = under 18
condition-offence-border = a border, customs or migration offence
condition-offence-carries-arrest = the offence carries administrative arrest
condition-pregnant = pregnant
condition-regime-administrative = held in an administrative case
condition-regime-criminal = held in a criminal case
condition-regime-none = held without any case
condition-woman-over-58 = a woman over 58
condition-extended-by-court = a court has extended the detention
condition-intoxicated = drunk or drugged when detained
condition-relatives-requested = asked that relatives be told
condition-status-talk = held for a "talk"

## Whole sentences

# $rule, $deadline and $citation are texts.
explain-within = { $rule }: within the limit until { $deadline } ({ $citation }).
explain-within-for-good = { $rule }: the limit was kept; it would have passed at { $deadline } ({ $citation }).
explain-possibly-over = { $rule }: possibly over. The limit passes between { $earliest } and { $latest } ({ $citation }).
explain-possibly-over-at = { $rule }: possibly over. The limit passes at { $deadline } ({ $citation }).
explain-possibly-over-open = { $rule }: possibly over. The start is not known well enough to say when the limit passes ({ $citation }).
explain-possibly-over-from = { $rule }: possibly over. By one reading the limit passes at { $earliest }; by another nobody can say when ({ $citation }).
explain-over-if-still-held = { $rule }: the limit passed at { $deadline }; no release is on record ({ $citation }).
explain-certainly-over = { $rule }: held beyond the limit, which passed at { $deadline } ({ $citation }).
explain-sentence = { $rule }: { $verdict } ({ $citation }).
explain-duty-within = { $rule }: there is time until { $deadline } ({ $citation }).
explain-duty-met = { $rule }: done in time; the time passed at { $deadline } ({ $citation }).
explain-duty-late = { $rule }: done too late; the time passed at { $deadline } ({ $citation }).
explain-duty-possibly = { $rule }: possibly too late. The time passes between { $earliest } and { $latest } ({ $citation }).
explain-duty-possibly-at = { $rule }: possibly too late. The time passes at { $deadline } ({ $citation }).
explain-duty-possibly-open = { $rule }: possibly too late; when the time passes is not known ({ $citation }).
explain-duty-possibly-from = { $rule }: possibly too late. By one reading the time passes at { $earliest }; by another nobody can say when ({ $citation }).
explain-duty-over = { $rule }: the time passed at { $deadline }; nothing is on record ({ $citation }).
explain-duty-certain = { $rule }: not done by { $deadline }, when the time passed ({ $citation }).

reviewed-by-nobody = No lawyer has reviewed these rules yet.
status-read = the article was read
status-inferred = follows from texts that were read
status-unverified = not yet checked against the text

circumstance-ordinary-crime = an ordinary crime
circumstance-especially-grave = suspected of an especially grave crime
circumstance-terrorist-or-extremist = suspected of a terrorist or extremist crime
circumstance-mass-riot = suspected of a crime during mass riots
circumstance-criminal-group = suspected of a crime in a criminal group
circumstance-drugs = suspected of a drug crime
circumstance-sexual-against-minor = suspected of a sexual crime against a minor
circumstance-causing-death = suspected of an intentional crime causing death
circumstance-remote = the place is remote
circumstance-emergency = a state of emergency is in force there
circumstance-carries-arrest = the offence carries administrative arrest
circumstance-border = a border, customs or migration offence
circumstance-intoxicated = drunk or drugged when detained
circumstance-extended-by-court = a court has extended the detention
circumstance-urgent-interrogation = the interrogation could not wait until morning

explain-two-clocks = As the law counts: { $law }; as the police claim: { $police }
explain-status = Text: { $status }

## What to do about a breach

action-release-criminal = Demand release at once (CPC 14(4), 133(2)); if it is refused, complain to the prosecutor or the investigating judge (CPC 100–106).
action-release-administrative = Demand release at once (CAO 14(4)); if it is refused, complain (CAO 785(6) with chapter 44).
action-complain = Complain: in a criminal case to the prosecutor or the investigating judge (CPC 100–106), otherwise by CAO chapter 44.
action-complain-criminal = Complain to the prosecutor or the investigating judge (CPC 100–106).
action-complain-administrative = Complain to the higher body or the court (CAO chapter 44).
action-appeal-penalty = Appeal against the penalty (CAO 829-4); while the arrest is served, the appeal is heard within a day of its filing (CAO 829-5(3)).
action-appeal-remand = Appeal against the order on custody.
action-release-any = Demand release at once (CPC 14(4), CAO 14(4)), and ask in which case the person is held.
action-file-appeal = File the appeal before the time passes.
action-file-complaint = File the complaint before the time passes.

## Countdowns, for a list. Numbers come as texts.

countdown-left = { $left } left
countdown-possibly = possibly over
countdown-over = over for { $since }
countdown-over-if-held = over for { $since } if still held
countdown-possibly-late = possibly too late
countdown-late = not done in time
countdown-was-over = was held beyond the limit
duration-minutes = { $minutes } min
duration-hours = { $hours } h { $minutes } min
duration-days = { $days } d { $hours } h
