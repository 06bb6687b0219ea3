### The legal clock: verdicts, limits, questions. Words of the law are those of docs/glossary.md.

verdict-not-applicable = does not apply
verdict-within = within the limit
verdict-possibly-over = possibly over the limit
verdict-over-if-still-held = over the limit if still held
verdict-certainly-over = certainly over the limit

limit-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
limit-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}

## Rules, by id

rule-kz-cpc-detention = Detention in a criminal case without a court's order
rule-kz-cao-detention = Administrative detention
rule-kz-cao-arrest = Longest administrative arrest

law-CPC = Criminal Procedure Code
law-CAO = Code of Administrative Offences

# $law is the law's name, $article the article with its parts.
citation = { $law }, art. { $article }

## What is not known and would settle it

ask-still-held = Has anybody seen or heard of this person since then, inside or free?
ask-when-started = At what minute could this person no longer leave?
ask-last-free = When was this person last known to be free?
ask-when-ended = At what minute was this person let go, and who saw it?

# $what is one of the conditions below.
ask-condition = Find out: { $what }
ask-article = Which article do the police name? Is it { $article }?

condition-child-under-14 = has a child under 14
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
condition-minor = under 18
condition-offence-border = a border, customs or migration offence
condition-offence-carries-arrest = the offence carries administrative arrest
condition-pregnant = pregnant
condition-regime-administrative = held in an administrative case
condition-regime-criminal = held in a criminal case
condition-regime-none = held without any case
condition-woman-over-58 = a woman over 58

## Whole sentences

# $rule, $deadline and $citation are texts.
explain-within = { $rule }: within the limit until { $deadline } ({ $citation }).
explain-within-for-good = { $rule }: the limit was kept; it would have passed at { $deadline } ({ $citation }).
explain-possibly-over = { $rule }: possibly over. The limit passes between { $earliest } and { $latest } ({ $citation }).
explain-possibly-over-at = { $rule }: possibly over. The limit passes at { $deadline } ({ $citation }).
explain-possibly-over-open = { $rule }: possibly over. The start is not known well enough to say when the limit passes ({ $citation }).
explain-over-if-still-held = { $rule }: the limit passed at { $deadline }; no release is on record ({ $citation }).
explain-certainly-over = { $rule }: held beyond the limit, which passed at { $deadline } ({ $citation }).
explain-sentence = { $rule }: { $verdict } ({ $citation }).

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

explain-two-clocks = As the law counts: { $law }; as the police claim: { $police }
explain-status = Text: { $status }

## Countdowns, for a list. Numbers come as texts.

countdown-left = { $left } left
countdown-possibly = possibly over
countdown-over = over for { $since }
countdown-over-if-held = over for { $since } if still held
countdown-was-over = was held beyond the limit
duration-minutes = { $minutes } min
duration-hours = { $hours } h { $minutes } min
duration-days = { $days } d { $hours } h
