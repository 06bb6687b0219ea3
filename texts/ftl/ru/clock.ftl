### Правовые часы: выводы, сроки, вопросы. Термины — как в docs/glossary.md.

verdict-not-applicable = не применяется
verdict-within = в пределах срока
verdict-possibly-over = срок, возможно, превышен
verdict-over-if-still-held = срок превышен, если человек всё ещё удерживается
verdict-certainly-over = срок достоверно превышен

limit-hours = { $count ->
    [one] { $count } час
    [few] { $count } часа
   *[other] { $count } часов
}
limit-days = { $count ->
    [one] { $count } сутки
    [few] { $count } суток
   *[other] { $count } суток
}

## Правила, по идентификатору

rule-kz-cpc-detention = Задержание по уголовному делу без санкции суда
rule-kz-cao-detention = Административное задержание
rule-kz-cao-arrest = Предельный срок административного ареста

law-CPC = УПК РК
law-CAO = КоАП РК

citation = { $law }, ст. { $article }

## Что неизвестно и решило бы вопрос

ask-still-held = Видел ли или слышал ли кто-нибудь об этом человеке после этого — внутри или на свободе?
ask-when-started = С какой минуты человек уже не мог уйти?
ask-last-free = Когда в последний раз точно было известно, что человек на свободе?
ask-when-ended = В какую минуту человека отпустили и кто это видел?

ask-condition = Выяснить: { $what }
ask-article = Какую статью называет полиция? Это { $article }?

condition-child-under-14 = есть ребёнок до 14 лет
condition-circumstance-emergency = там действует чрезвычайное положение
condition-circumstance-remote = место отдалённое
condition-crime-causing-death = подозревают в умышленном преступлении, повлёкшем смерть
condition-crime-criminal-group = подозревают в преступлении в составе преступной группы
condition-crime-drugs = подозревают в преступлении, связанном с наркотиками
condition-crime-especially-grave = подозревают в особо тяжком преступлении
condition-crime-mass-riot = подозревают в преступлении во время массовых беспорядков
condition-crime-sexual-against-minor = подозревают в преступлении против половой неприкосновенности несовершеннолетнего
condition-crime-terrorist-or-extremist = подозревают в террористическом или экстремистском преступлении
condition-disability-group-1-or-2 = инвалидность I или II группы
condition-man-over-63 = мужчина старше 63 лет
condition-minor = моложе 18 лет
condition-offence-border = нарушение пограничных, таможенных или миграционных правил
condition-offence-carries-arrest = за правонарушение предусмотрен административный арест
condition-pregnant = беременна
condition-regime-administrative = удерживают по административному делу
condition-regime-criminal = удерживают по уголовному делу
condition-regime-none = удерживают без всякого дела
condition-woman-over-58 = женщина старше 58 лет

## Целые предложения

explain-within = { $rule }: срок не истёк, истекает: { $deadline } ({ $citation }).
explain-within-for-good = { $rule }: срок соблюдён; истекал: { $deadline } ({ $citation }).
explain-possibly-over = { $rule }: срок, возможно, превышен. Он истекает между { $earliest } и { $latest } ({ $citation }).
explain-possibly-over-at = { $rule }: срок, возможно, превышен. Он истекает: { $deadline } ({ $citation }).
explain-possibly-over-open = { $rule }: срок, возможно, превышен. Начало известно недостаточно точно, чтобы сказать, когда он истекает ({ $citation }).
explain-over-if-still-held = { $rule }: срок истёк: { $deadline }; сведений об освобождении нет ({ $citation }).
explain-certainly-over = { $rule }: удерживали дольше срока; срок истёк: { $deadline } ({ $citation }).
explain-sentence = { $rule }: { $verdict } ({ $citation }).

reviewed-by-nobody = Ни один юрист ещё не проверил эти правила.
status-read = статья прочитана
status-inferred = следует из прочитанных текстов
status-unverified = ещё не сверено с текстом

circumstance-ordinary-crime = обычное преступление, без особых обстоятельств
circumstance-especially-grave = подозревают в особо тяжком преступлении
circumstance-terrorist-or-extremist = подозревают в террористическом или экстремистском преступлении
circumstance-mass-riot = подозревают в преступлении во время массовых беспорядков
circumstance-criminal-group = подозревают в преступлении в составе преступной группы
circumstance-drugs = подозревают в преступлении, связанном с наркотиками
circumstance-sexual-against-minor = подозревают в преступлении против половой неприкосновенности несовершеннолетнего
circumstance-causing-death = подозревают в умышленном преступлении, повлёкшем смерть
circumstance-remote = место отдалённое
circumstance-emergency = там действует чрезвычайное положение
circumstance-carries-arrest = за правонарушение предусмотрен административный арест
circumstance-border = нарушение пограничных, таможенных или миграционных правил

explain-two-clocks = Как считает закон: { $law }; как утверждает полиция: { $police }
explain-status = Текст: { $status }

## Countdowns, for a list. Numbers come as texts.

countdown-left = осталось { $left }
countdown-possibly = срок, возможно, истёк
countdown-over = сверх срока { $since }
countdown-over-if-held = сверх срока { $since }, если не освободили
countdown-was-over = держали сверх срока
duration-minutes = { $minutes } мин
duration-hours = { $hours } ч { $minutes } мин
duration-days = { $days } сут { $hours } ч
