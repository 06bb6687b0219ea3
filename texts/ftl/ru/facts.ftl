### Факты, состояния, источники, места: то, что показывает дело.

fact-name = Имя
fact-description = Приметы
fact-birth = Дата рождения
fact-sex = Пол
fact-vulnerability = Уязвимость
fact-last-seen-free = В последний раз видели на свободе
fact-restrained = Ограничили свободу
fact-in-vehicle = Посадили в машину
fact-delivered = Доставили в отдел
fact-held = Удерживают
fact-asked-not-here = Спросили: «здесь нет»
fact-seen-in-custody = Видели среди задержанных или есть весть
fact-transferred = Перевели
fact-hospitalised = Увезли в больницу
fact-released = Освободили
fact-died = Умер(ла)
fact-regime = На каком основании
fact-circumstance = Обстоятельство
fact-lawyer-admitted = Адвоката допустили
fact-lawyer-refused = Адвоката не допустили
fact-court-order-received = Поступило постановление суда
fact-hearing-held = Прошло заседание
fact-sentenced = Назначено взыскание
fact-injury = Травма
fact-relatives-told = Сообщили родным
fact-interrogated = Допросили
fact-prosecutor-told = Письменно сообщили прокурору
fact-motion-filed = Подали ходатайство о санкции
fact-materials-at-court = Материалы поступили в суд
fact-appeal-filed = Подали жалобу
fact-appeal-decided = Жалобу рассмотрели
fact-secrecy-warning = Предупредили о тайне следствия
fact-ill-treatment = Жестокое обращение
fact-medical-examination = Медицинский осмотр
fact-conditions = Условия содержания
fact-property-taken = Забрали вещи
fact-contact = Контакт
fact-lawyer-assigned = Дело взял адвокат
fact-official-claim = Публичное заявление
fact-note = Заметка
fact-retraction = Отозвано

status-unknown = пока ничего не известно
status-missing = где находится, неизвестно; ищем
status-held = удерживают
status-in-hospital = в больнице
status-under-arrest = отбывает административный арест
status-released = на свободе
status-died = умер(ла)

source-person = сам человек
source-relative = родственник
source-lawyer = адвокат
source-witness = свидетель
source-recording = запись
source-police = полиция
source-court = суд
source-press = пресса

reliability-first-hand = из первых рук
reliability-reported = с чужих слов
reliability-rumour = слух

regime-administrative = административное дело
regime-criminal = уголовное дело
regime-none = без дела

penalty-arrest = административный арест
penalty-fine = штраф
penalty-warning = предупреждение

sex-female = женщина
sex-male = мужчина

condition-foreign = не гражданин
condition-medical-need = нужны лекарства или уход

answer-yes = да
answer-no = нет

city-aktau = Актау
city-aktobe = Актобе
city-almaty = Алматы
city-astana = Астана
city-atyrau = Атырау
city-karaganda = Караганда
city-kokshetau = Кокшетау
city-konaev = Конаев
city-kostanay = Костанай
city-kyzylorda = Кызылорда
city-oral = Уральск
city-oskemen = Усть-Каменогорск
city-pavlodar = Павлодар
city-petropavl = Петропавловск
city-semey = Семей
city-shymkent = Шымкент
city-taldykorgan = Талдыкорган
city-taraz = Тараз
city-turkistan = Туркестан
city-zhezkazgan = Жезказган

## Дело на экране

show-no-name = имя пока неизвестно
show-status = { $status } ({ $since })
show-status-open = { $status }
show-disputed = Сведения расходятся: { $what }
show-last-proof = Последнее подтверждение, что человека удерживают: { $when }
show-corrected = Исправлено или отозвано
show-newer = Записано более новой версией программы
show-unsent = { $count ->
    [one] { $count } запись ещё не дошла до сервера
    [few] { $count } записи ещё не дошли до сервера
   *[other] { $count } записей ещё не дошли до сервера
}
show-aside = { $count ->
    [one] { $count } запись оставлена в стороне и не показана
    [few] { $count } записи оставлены в стороне и не показаны
   *[other] { $count } записей оставлено в стороне и не показано
}
show-time-unknown = время неизвестно
show-time-before = до { $to }
show-time-after = после { $from }
show-time-between = между { $from } и { $to }
show-source = { $source }, { $reliability }
show-claim = { $date }: { $who }: { $figure } { $value }
show-held-days = { $penalty }, { $days }
show-exit-offered = предлагали уйти: { $answer }
show-guarded = под охраной: { $answer }
show-lawyer-present = адвокат был: { $answer }

## Что считает публичное заявление

figure-detained = задержано:
figure-held = удерживают:
figure-still-held = ещё удерживают:
figure-released = освобождено:
figure-sentenced = наказано судом:
