### Құқықтық сағат: қорытындылар, мерзімдер, сұрақтар. Терминдер docs/glossary.md бойынша.

verdict-not-applicable = қолданылмайды
verdict-within = мерзім шегінде
verdict-possibly-over = мерзімнен асқан болуы мүмкін
verdict-over-if-still-held = әлі ұсталып отырса, мерзімнен асты
verdict-certainly-over = мерзімнен асқаны анық

limit-hours = { $count ->
   *[other] { $count } сағат
}
limit-days = { $count ->
   *[other] { $count } тәулік
}

## Ережелер, идентификаторы бойынша

rule-kz-cpc-detention = Қылмыстық іс бойынша сот санкциясынсыз ұстау
rule-kz-cao-detention = Әкімшілік ұстап алу
rule-kz-cao-arrest = Әкімшілік қамаққа алудың ең ұзақ мерзімі

law-CPC = ҚР ҚПК
law-CAO = ҚР ӘҚБтК

citation = { $law }, { $article }-бап

## Не белгісіз және мәселені не шешер еді

ask-still-held = Содан бері бұл адамды біреу көрді ме, ол туралы біреу естіді ме: ішінде ме, әлде бостандықта ма?
ask-when-started = Бұл адам қай минуттан бастап кете алмай қалды?
ask-last-free = Бұл адамның бостандықта болғаны анық белгілі соңғы сәт қашан?
ask-when-ended = Бұл адамды қай минутта босатты және оны кім көрді?

ask-condition = Анықтау керек: { $what }
ask-article = Полиция қай бапты атап отыр? Ол { $article } ме?

condition-child-under-14 = 14 жасқа толмаған баласы бар
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
condition-minor = 18 жасқа толмаған
condition-offence-border = шекара, кеден немесе көші-қон ережелерін бұзу
condition-offence-carries-arrest = құқық бұзушылық үшін әкімшілік қамаққа алу көзделген
condition-pregnant = жүкті
condition-regime-administrative = әкімшілік іс бойынша ұсталып отыр
condition-regime-criminal = қылмыстық іс бойынша ұсталып отыр
condition-regime-none = ешқандай іссіз ұсталып отыр
condition-woman-over-58 = 58 жастан асқан әйел

## Толық сөйлемдер

explain-within = { $rule }: мерзім өткен жоқ; аяқталу уақыты: { $deadline } ({ $citation }).
explain-within-for-good = { $rule }: мерзім сақталды; аяқталу уақыты: { $deadline } ({ $citation }).
explain-possibly-over = { $rule }: мерзімнен асқан болуы мүмкін. Аяқталу уақыты: { $earliest } – { $latest } аралығы ({ $citation }).
explain-possibly-over-at = { $rule }: мерзімнен асқан болуы мүмкін. Аяқталу уақыты: { $deadline } ({ $citation }).
explain-possibly-over-open = { $rule }: мерзімнен асқан болуы мүмкін. Басталған уақыты жеткілікті дәл белгісіз болғандықтан, мерзімнің қашан аяқталатынын айту мүмкін емес ({ $citation }).
explain-over-if-still-held = { $rule }: мерзім аяқталды: { $deadline }; босатылғаны туралы дерек жоқ ({ $citation }).
explain-certainly-over = { $rule }: мерзімнен артық ұсталды; мерзімнің аяқталған уақыты: { $deadline } ({ $citation }).
explain-sentence = { $rule }: { $verdict } ({ $citation }).

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

explain-two-clocks = Заң бойынша: { $law }; полиция айтуынша: { $police }
explain-status = Мәтін: { $status }

## Countdowns, for a list. Numbers come as texts.

countdown-left = { $left } қалды
countdown-possibly = мерзімі өткен болуы мүмкін
countdown-over = мерзімнен { $since } асты
countdown-over-if-held = босатылмаса, мерзімнен { $since } асты
countdown-was-over = мерзімнен артық ұсталды
duration-minutes = { $minutes } мин
duration-hours = { $hours } сағ { $minutes } мин
duration-days = { $days } тәул { $hours } сағ
