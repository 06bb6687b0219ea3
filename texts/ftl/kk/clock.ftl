### Құқықтық сағат: қорытындылар, мерзімдер, сұрақтар. Терминдер docs/glossary.md бойынша.

verdict-not-applicable = қолданылмайды
verdict-met-in-time = мерзімінде жасалды
verdict-within = мерзім шегінде
verdict-met-late = мерзімінен кеш жасалды
verdict-possibly-over = мерзімнен асқан болуы мүмкін
verdict-over-if-still-held = әлі ұсталып отырса, мерзімнен асты
verdict-certainly-over = мерзімнен асқаны анық
verdict-prohibited = заңмен тыйым салынған

limit-hours = { $count ->
   *[other] { $count } сағат
}
limit-days = { $count ->
   *[other] { $count } тәулік
}
limit-months = { $count ->
   *[other] { $count } ай
}

## Ережелер, идентификаторы бойынша

rule-kz-cpc-detention = Қылмыстық іс бойынша сот санкциясынсыз ұстау
rule-kz-cao-detention = Әкімшілік ұстап алу
rule-kz-cao-arrest = Әкімшілік қамаққа алудың ең ұзақ мерзімі
rule-kz-cao-arrest-together = Бірнеше құқық бұзушылық үшін қамаққа алу мерзімдерінің жиынтығы
rule-kz-con-detention = Конституция бойынша ұстаудың ең ұзақ мерзімі
rule-kz-con-rights = Ұстау сәтінде құқықтары мен негіздерін түсіндіру
rule-kz-con-lawyer-refused = Адвокатты кіргізбеу
rule-kz-cpc-delivery = Қылмыстық іс бойынша жеткізу
rule-kz-cpc-protocol = Ұстап алу хаттамасы
rule-kz-cpc-prosecutor = Прокурорға жазбаша хабарлау
rule-kz-cpc-relatives = Қылмыстық іс бойынша туыстарына хабарлау
rule-kz-cpc-embassy = Елшілікке хабарлау
rule-kz-cpc-interrogation = Бірінші жауап алу
rule-kz-cpc-interrogation-length = Үзіліссіз жауап алудың ұзақтығы
rule-kz-cpc-interrogation-day = Бір күндегі жауап алулардың жалпы ұзақтығы
rule-kz-cpc-night = Түнгі уақытта жауап алу
rule-kz-cpc-night-minor = Кәмелетке толмағаннан түнгі уақытта жауап алу
rule-kz-cpc-lawyer-first = Жауап алғанға дейін адвокатпен оңаша кездесу
rule-kz-cpc-minor-alone = Кәмелетке толмағаннан адвокатсыз жауап алу
rule-kz-cpc-motion = Сотқа санкция туралы өтінішхат
rule-kz-cpc-judge = Судьяның күзетпен ұстау туралы шешімі
rule-kz-cpc-remand = Сот санкциясы бойынша күзетпен ұстау
rule-kz-cpc-remand-length = Күзетпен ұстаудың ең ұзақ мерзімі
rule-kz-prevention-talk = Профилактикалық әңгіме
rule-kz-prevention-talk-alone = Кәмелетке толмағанмен өкілінсіз өткізілген профилактикалық әңгіме
rule-kz-prevention-restriction-sanction = Жүріп-тұру бостандығын сот санкциясынсыз превентивті шектеу
rule-kz-prevention-restriction = Жүріп-тұру бостандығын превентивті шектеу
rule-kz-cao-delivery = Әкімшілік іс бойынша жеткізу
rule-kz-cao-prosecutor = Әкімшілік ұстап алу туралы прокурорға хабарлау
rule-kz-cao-hearing = Қамаққа алу көзделген әкімшілік істі қарау
rule-kz-cao-protocol = Әкімшілік ұстап алу туралы хаттама
rule-kz-cao-relatives = Әкімшілік іс бойынша туыстарына хабарлау
rule-kz-cao-limitation = Жиналыс туралы іс бойынша ескіру мерзімі
rule-kz-cao-arrest-prohibited = Қамаққа алуға болмайтын адамды қамаққа алу
rule-kz-cao-arrest-served = Әкімшілік қамаққа алудың аяқталуы
rule-kz-cao-appeal = Жаза туралы қаулыға шағым
rule-kz-cao-appeal-heard = Қамақтағы адамның шағымын қарау
rule-kz-cao-complaint = Ұстап алуға шағым
rule-kz-cao-complaint-decided = Ұстап алуға берілген шағым бойынша шешім

rule-kz-any-detention = Қай іс бойынша екені белгісіз кездегі ұстау
rule-kz-cao-after-hearing = Қамаққа алусыз шешімнен кейінгі ұстау

law-CPC = ҚР ҚПК
law-CAO = ҚР ӘҚБтК
law-CON = ҚР Конституциясы
law-PRV = Құқық бұзушылық профилактикасы туралы ҚР заңы
law-SPI = ҚР Арнаулы мекемелерде ұстау тәртібі туралы заңы

citation = { $law }, { $article }-бап

## Не белгісіз және мәселені не шешер еді

ask-still-held = Содан бері бұл адамды біреу көрді ме, ол туралы біреу естіді ме: ішінде ме, әлде бостандықта ма?
ask-when-started = Бұл адам қай минуттан бастап кете алмай қалды?
ask-last-free = Бұл адамның бостандықта болғаны анық белгілі соңғы сәт қашан?
ask-exit-offered = Адамдар шынымен кете алды ма, қашан және қандай шартпен?
ask-when-ended = Бұл адамды қай минутта босатты және оны кім көрді?
ask-done = Ол жасалды ма және қай минутта?
ask-when-done = Ол қай минутта жасалды және кім көрді?
ask-how-long = Нақты қанша? Бұл сот қаулысында немесе жауап алу хаттамасында жазылған.

ask-condition = Анықтау керек: { $what }
ask-article = Полиция қай бапты атап отыр? Ол { $article } ме?

condition-arrest-imposed = сот қамаққа алуды тағайындады
condition-regime-unsettled = қай іс бойынша екені белгісіз
condition-child-under-14 = 14 жасқа толмаған баласы бар
condition-woman-with-child-under-14 = 14 жасқа толмаған баласы бар әйел
condition-man-alone-with-child-under-14 = 14 жасқа толмаған баласын жалғыз өзі тәрбиелеп отырған ер адам
condition-circumstance-emergency = ол жерде төтенше жағдай енгізілген
condition-circumstance-remote = жер шалғай
condition-crime-causing-death = адам өліміне әкелген қасақана қылмыс жасады деп күдіктеледі
condition-crime-criminal-group = қылмыстық топ құрамында қылмыс жасады деп күдіктеледі
condition-crime-drugs = есірткіге байланысты қылмыс жасады деп күдіктеледі
condition-crime-especially-grave = аса ауыр қылмыс жасады деп күдіктеледі
condition-crime-mass-riot = жаппай тәртіпсіздік кезінде қылмыс жасады деп күдіктеледі
condition-crime-sexual-against-minor = кәмелетке толмағанның жыныстық тиіспеушілігіне қарсы қылмыс жасады деп күдіктеледі
condition-crime-terrorist-or-extremist = террористік немесе экстремистік қылмыс жасады деп күдіктеледі
condition-disability-group-1-or-2 = I немесе II топтағы мүгедектігі бар
condition-man-over-63 = 63 жастан асқан ер адам
condition-man-63-or-over = 63 жастағы немесе одан үлкен ер адам
condition-woman-58-or-over = 58 жастағы немесе одан үлкен әйел
condition-interrogation-urgent = жауап алуды таңға қалдыруға болмайтын еді
condition-regime-preventive = жүріп-тұру бостандығын превентивті шектеу тәртібімен ұсталып отыр
condition-minor = 18 жасқа толмаған
condition-offence-border = шекара, кеден немесе көші-қон ережелерін бұзу
condition-offence-carries-arrest = құқық бұзушылық үшін әкімшілік қамаққа алу көзделген
condition-pregnant = жүкті
condition-regime-administrative = әкімшілік іс бойынша ұсталып отыр
condition-regime-criminal = қылмыстық іс бойынша ұсталып отыр
condition-regime-none = ешқандай іссіз ұсталып отыр
condition-woman-over-58 = 58 жастан асқан әйел
condition-extended-by-court = сот ұстау мерзімін ұзартты
condition-intoxicated = мас күйінде ұсталған
condition-relatives-requested = туыстарына хабарлауды сұраған
condition-status-talk = «әңгіме» үшін ұсталып отыр

## Толық сөйлемдер

explain-within = { $rule }: мерзім өткен жоқ; аяқталу уақыты: { $deadline } ({ $citation }).
explain-within-for-good = { $rule }: мерзім сақталды; аяқталу уақыты: { $deadline } ({ $citation }).
explain-possibly-over = { $rule }: мерзімнен асқан болуы мүмкін. Аяқталу уақыты: { $earliest } – { $latest } аралығы ({ $citation }).
explain-possibly-over-at = { $rule }: мерзімнен асқан болуы мүмкін. Аяқталу уақыты: { $deadline } ({ $citation }).
explain-possibly-over-open = { $rule }: мерзімнен асқан болуы мүмкін. Басталған уақыты жеткілікті дәл белгісіз болғандықтан, мерзімнің қашан аяқталатынын айту мүмкін емес ({ $citation }).
explain-possibly-over-from = { $rule }: мерзімнен асқан болуы мүмкін. Бір нұсқа бойынша аяқталу уақыты: { $earliest }; екіншісі бойынша белгісіз ({ $citation }).
explain-over-if-still-held = { $rule }: мерзім аяқталды: { $deadline }; босатылғаны туралы дерек жоқ ({ $citation }).
explain-certainly-over = { $rule }: мерзімнен артық ұсталды; мерзімнің аяқталған уақыты: { $deadline } ({ $citation }).
explain-sentence = { $rule }: { $verdict } ({ $citation }).
explain-duty-within = { $rule }: уақыт бар; аяқталу уақыты: { $deadline } ({ $citation }).
explain-duty-met = { $rule }: мерзімінде жасалды; мерзімнің аяқталу уақыты: { $deadline } ({ $citation }).
explain-duty-late = { $rule }: мерзімінен кеш жасалды; мерзімнің аяқталған уақыты: { $deadline } ({ $citation }).
explain-duty-possibly = { $rule }: мерзімі бұзылған болуы мүмкін. Аяқталу уақыты: { $earliest } – { $latest } аралығы ({ $citation }).
explain-duty-possibly-at = { $rule }: мерзімі бұзылған болуы мүмкін. Аяқталу уақыты: { $deadline } ({ $citation }).
explain-duty-possibly-open = { $rule }: мерзімі бұзылған болуы мүмкін; қашан аяқталатыны белгісіз ({ $citation }).
explain-duty-possibly-from = { $rule }: мерзімі бұзылған болуы мүмкін. Бір нұсқа бойынша аяқталу уақыты: { $earliest }; екіншісі бойынша белгісіз ({ $citation }).
explain-duty-over = { $rule }: мерзім аяқталды: { $deadline }; дерек жоқ ({ $citation }).
explain-duty-certain = { $rule }: мерзімінде жасалмады; мерзімнің аяқталған уақыты: { $deadline } ({ $citation }).

reviewed-by-nobody = Бұл ережелерді әлі бірде-бір заңгер тексерген жоқ.
status-read = бап оқылды
status-inferred = оқылған мәтіндерден шығады
status-unverified = мәтінмен әлі салыстырылмаған

circumstance-ordinary-crime = жай қылмыс, ерекше мән-жайсыз
circumstance-especially-grave = аса ауыр қылмыс жасады деп күдіктеледі
circumstance-terrorist-or-extremist = террористік немесе экстремистік қылмыс жасады деп күдіктеледі
circumstance-mass-riot = жаппай тәртіпсіздік кезінде қылмыс жасады деп күдіктеледі
circumstance-criminal-group = қылмыстық топ құрамында қылмыс жасады деп күдіктеледі
circumstance-drugs = есірткіге байланысты қылмыс жасады деп күдіктеледі
circumstance-sexual-against-minor = кәмелетке толмағанның жыныстық тиіспеушілігіне қарсы қылмыс жасады деп күдіктеледі
circumstance-causing-death = адам өліміне әкелген қасақана қылмыс жасады деп күдіктеледі
circumstance-remote = жер шалғай
circumstance-emergency = ол жерде төтенше жағдай енгізілген
circumstance-carries-arrest = құқық бұзушылық үшін әкімшілік қамаққа алу көзделген
circumstance-border = шекара, кеден немесе көші-қон ережелерін бұзу
circumstance-intoxicated = мас күйінде ұсталған
circumstance-extended-by-court = сот ұстау мерзімін ұзартты
circumstance-urgent-interrogation = жауап алуды таңға қалдыруға болмайтын еді

explain-two-clocks = Заң бойынша: { $law }; полиция айтуынша: { $police }
explain-status = Мәтін: { $status }

## What to do about a breach

action-release-criminal = Дереу босатуды талап етіңіз (ҚПК 14(4), 133(2)); бас тартса, прокурорға немесе тергеу судьясына шағым беріңіз (ҚПК 100–106).
action-release-administrative = Дереу босатуды талап етіңіз (ӘҚБтК 14(4)); бас тартса, шағым беріңіз (ӘҚБтК 785(6) және 44-тарау).
action-complain = Шағым беріңіз: қылмыстық іс бойынша прокурорға немесе тергеу судьясына (ҚПК 100–106), әйтпесе ӘҚБтК 44-тарауы бойынша.
action-complain-criminal = Прокурорға немесе тергеу судьясына шағым беріңіз (ҚПК 100–106).
action-complain-administrative = Жоғары тұрған органға немесе сотқа шағым беріңіз (ӘҚБтК 44-тарауы).
action-appeal-penalty = Қаулыға шағым беріңіз (ӘҚБтК 829-4); қамақ өтеліп жатқанда шағым бір тәулік ішінде қаралады (ӘҚБтК 829-5(3)).
action-appeal-remand = Күзетпен ұстау туралы қаулыға шағым беріңіз.
action-release-any = Дереу босатуды талап етіңіз (ҚПК 14(4), ӘҚБтК 14(4)) және адамның қай іс бойынша ұсталып отырғанын сұраңыз.
action-file-appeal = Шағымды мерзім аяқталғанша беріңіз.
action-file-complaint = Шағымды мерзім аяқталғанша беріңіз.

## Countdowns, for a list. Numbers come as texts.

countdown-left = { $left } қалды
countdown-possibly = мерзімі өткен болуы мүмкін
countdown-over = мерзімнен { $since } асты
countdown-over-if-held = босатылмаса, мерзімнен { $since } асты
countdown-possibly-late = мерзімі бұзылған болуы мүмкін
countdown-late = мерзімінде жасалмады
countdown-was-over = мерзімнен артық ұсталды
duration-minutes = { $minutes } мин
duration-hours = { $hours } сағ { $minutes } мин
duration-days = { $days } тәул { $hours } сағ
