### Правовые часы: выводы, сроки, вопросы. Термины — как в docs/glossary.md.

verdict-not-applicable = не применяется
verdict-met-in-time = сделано в срок
verdict-within = в пределах срока
verdict-met-late = сделано с опозданием
verdict-possibly-over = срок, возможно, превышен
verdict-over-if-still-held = срок превышен, если человек всё ещё удерживается
verdict-certainly-over = срок достоверно превышен
verdict-prohibited = запрещено законом

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
limit-months = { $count ->
    [one] { $count } месяц
    [few] { $count } месяца
   *[other] { $count } месяцев
}

## Правила, по идентификатору

rule-kz-cpc-detention = Задержание по уголовному делу без санкции суда
rule-kz-cao-detention = Административное задержание
rule-kz-cao-arrest = Предельный срок административного ареста
rule-kz-cao-arrest-together = Аресты за несколько правонарушений в сумме
rule-kz-con-detention = Предельный срок задержания по Конституции
rule-kz-con-rights = Разъяснение прав и оснований в момент задержания
rule-kz-con-lawyer-refused = Отказ допустить адвоката
rule-kz-cpc-delivery = Доставление по уголовному делу
rule-kz-cpc-protocol = Протокол задержания
rule-kz-cpc-prosecutor = Письменное уведомление прокурора
rule-kz-cpc-relatives = Уведомление родных по уголовному делу
rule-kz-cpc-embassy = Уведомление посольства
rule-kz-cpc-interrogation = Первый допрос
rule-kz-cpc-interrogation-length = Продолжительность допроса без перерыва
rule-kz-cpc-interrogation-day = Общая продолжительность допросов за день
rule-kz-cpc-night = Допрос в ночное время
rule-kz-cpc-night-minor = Допрос несовершеннолетнего в ночное время
rule-kz-cpc-lawyer-first = Свидание с адвокатом наедине до допроса
rule-kz-cpc-minor-alone = Допрос несовершеннолетнего без адвоката
rule-kz-cpc-motion = Ходатайство о санкции в суд
rule-kz-cpc-judge = Решение судьи о содержании под стражей
rule-kz-cpc-remand = Содержание под стражей по санкции суда
rule-kz-cpc-remand-length = Предельный срок содержания под стражей
rule-kz-prevention-talk = Профилактическая беседа
rule-kz-prevention-talk-alone = Профилактическая беседа с несовершеннолетним без представителя
rule-kz-prevention-restriction-sanction = Превентивное ограничение свободы передвижения без санкции суда
rule-kz-prevention-restriction = Превентивное ограничение свободы передвижения
rule-kz-cao-delivery = Доставление по административному делу
rule-kz-cao-prosecutor = Уведомление прокурора об административном задержании
rule-kz-cao-hearing = Рассмотрение дела, по которому предусмотрен арест
rule-kz-cao-protocol = Протокол об административном задержании
rule-kz-cao-relatives = Уведомление родных по административному делу
rule-kz-cao-limitation = Срок давности по делу о собрании
rule-kz-cao-arrest-prohibited = Арест того, кому его назначать нельзя
rule-kz-cao-arrest-served = Окончание административного ареста
rule-kz-cao-appeal = Жалоба на постановление о взыскании
rule-kz-cao-appeal-heard = Рассмотрение жалобы арестованного
rule-kz-cao-complaint = Жалоба на задержание
rule-kz-cao-complaint-decided = Решение по жалобе на задержание

rule-kz-any-detention = Задержание, пока неизвестно, по какому делу
rule-kz-cao-after-hearing = Удержание после решения без ареста

law-CPC = УПК РК
law-CAO = КоАП РК
law-CON = Конституция РК
law-PRV = Закон РК о профилактике правонарушений
law-SPI = Закон РК о порядке содержания в специальных учреждениях

citation = { $law }, ст. { $article }

## Что неизвестно и решило бы вопрос

ask-still-held = Видел ли или слышал ли кто-нибудь об этом человеке после этого — внутри или на свободе?
ask-when-started = С какой минуты человек уже не мог уйти?
ask-last-free = Когда в последний раз точно было известно, что человек на свободе?
ask-exit-offered = Могли ли люди действительно уйти, когда и на каком условии?
ask-when-ended = В какую минуту человека отпустили и кто это видел?
ask-done = Сделано ли это, и в какую минуту?
ask-when-done = В какую минуту это сделали и кто это видел?
ask-how-long = Сколько именно? Это записано в постановлении суда или в протоколе допроса.

ask-condition = Выяснить: { $what }
ask-article = Какую статью называет полиция? Это { $article }?

condition-arrest-imposed = суд назначил арест
condition-regime-unsettled = неизвестно, по какому делу
condition-child-under-14 = есть ребёнок до 14 лет
condition-woman-with-child-under-14 = женщина с ребёнком до 14 лет
condition-man-alone-with-child-under-14 = мужчина, в одиночку воспитывающий ребёнка до 14 лет
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
condition-man-63-or-over = мужчина 63 лет и старше
condition-woman-58-or-over = женщина 58 лет и старше
condition-interrogation-urgent = допрос не терпел отлагательства
condition-regime-preventive = удерживают в порядке превентивного ограничения свободы передвижения
condition-minor = моложе 18 лет
condition-offence-border = нарушение пограничных, таможенных или миграционных правил
condition-offence-carries-arrest = за правонарушение предусмотрен административный арест
condition-pregnant = беременна
condition-regime-administrative = удерживают по административному делу
condition-regime-criminal = удерживают по уголовному делу
condition-regime-none = удерживают без всякого дела
condition-woman-over-58 = женщина старше 58 лет
condition-extended-by-court = суд продлил задержание
condition-intoxicated = задержан(а) в состоянии опьянения
condition-relatives-requested = просил(а) сообщить родным
condition-status-talk = удерживают для «беседы»

## Целые предложения

explain-within = { $rule }: срок не истёк, истекает: { $deadline } ({ $citation }).
explain-within-for-good = { $rule }: срок соблюдён; истекал: { $deadline } ({ $citation }).
explain-possibly-over = { $rule }: срок, возможно, превышен. Он истекает между { $earliest } и { $latest } ({ $citation }).
explain-possibly-over-at = { $rule }: срок, возможно, превышен. Он истекает: { $deadline } ({ $citation }).
explain-possibly-over-open = { $rule }: срок, возможно, превышен. Начало известно недостаточно точно, чтобы сказать, когда он истекает ({ $citation }).
explain-possibly-over-from = { $rule }: срок, возможно, превышен. По одной версии он истекает: { $earliest }; по другой — неизвестно когда ({ $citation }).
explain-over-if-still-held = { $rule }: срок истёк: { $deadline }; сведений об освобождении нет ({ $citation }).
explain-certainly-over = { $rule }: удерживали дольше срока; срок истёк: { $deadline } ({ $citation }).
explain-sentence = { $rule }: { $verdict } ({ $citation }).
explain-duty-within = { $rule }: есть время до: { $deadline } ({ $citation }).
explain-duty-met = { $rule }: сделано в срок; срок истекал: { $deadline } ({ $citation }).
explain-duty-late = { $rule }: сделано с опозданием; срок истёк: { $deadline } ({ $citation }).
explain-duty-possibly = { $rule }: возможно, срок нарушен. Он истекает между { $earliest } и { $latest } ({ $citation }).
explain-duty-possibly-at = { $rule }: возможно, срок нарушен. Он истекает: { $deadline } ({ $citation }).
explain-duty-possibly-open = { $rule }: возможно, срок нарушен; когда он истекает, неизвестно ({ $citation }).
explain-duty-possibly-from = { $rule }: возможно, срок нарушен. По одной версии он истекает: { $earliest }; по другой — неизвестно когда ({ $citation }).
explain-duty-over = { $rule }: срок истёк: { $deadline }; сведений нет ({ $citation }).
explain-duty-certain = { $rule }: не сделано в срок; срок истёк: { $deadline } ({ $citation }).

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
circumstance-intoxicated = задержан(а) в состоянии опьянения
circumstance-extended-by-court = суд продлил задержание
circumstance-urgent-interrogation = допрос не терпел отлагательства

explain-two-clocks = Как считает закон: { $law }; как утверждает полиция: { $police }
explain-status = Текст: { $status }

## What to do about a breach

action-release-criminal = Требуйте немедленного освобождения (УПК 14(4), 133(2)); при отказе — жалоба прокурору или следственному судье (УПК 100–106).
action-release-administrative = Требуйте немедленного освобождения (КоАП 14(4)); при отказе — жалоба (КоАП 785(6) и глава 44).
action-complain = Подайте жалобу: по уголовному делу — прокурору или следственному судье (УПК 100–106), иначе по главе 44 КоАП.
action-complain-criminal = Подайте жалобу прокурору или следственному судье (УПК 100–106).
action-complain-administrative = Подайте жалобу в вышестоящий орган или в суд (глава 44 КоАП).
action-appeal-penalty = Обжалуйте постановление (КоАП 829-4); пока арест отбывается, жалобу рассматривают в течение суток (КоАП 829-5(3)).
action-appeal-remand = Обжалуйте постановление о содержании под стражей.
action-release-any = Требуйте немедленного освобождения (УПК 14(4), КоАП 14(4)) и спросите, по какому делу удерживают человека.
action-file-appeal = Подайте жалобу до истечения срока.
action-file-complaint = Подайте жалобу до истечения срока.

## Countdowns, for a list. Numbers come as texts.

countdown-left = осталось { $left }
countdown-possibly = срок, возможно, истёк
countdown-over = сверх срока { $since }
countdown-over-if-held = сверх срока { $since }, если не освободили
countdown-possibly-late = возможно, срок нарушен
countdown-late = не сделано в срок
countdown-was-over = держали сверх срока
duration-minutes = { $minutes } мин
duration-hours = { $hours } ч { $minutes } мин
duration-days = { $days } сут { $hours } ч
