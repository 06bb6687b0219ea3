//! `habeas sync`.

use super::remote;
use crate::Home;

/// Exchanges what is new.
pub fn sync(home: &Home) -> Result<(), String> {
    let mut device = home.open()?;
    let report = remote(&device)?.sync(&mut device)?;
    if device.member().is_none() {
        println!("This device waits for a coordinator to let it in: {}", device.id());
        println!("What you record meanwhile is kept here and travels afterwards.");
        return Ok(());
    }
    println!("sent {}, received {}, set aside {}", report.sent, report.admitted, report.set_aside);
    if report.begun_anew > 0 {
        println!("The server has begun its feeds anew; nothing on this device is lost.");
    }
    for code in &report.refused {
        crate::complain(&format!(
            "the server refused something that this device sent ({code}); it is kept here. Tell your coordinator"
        ));
    }
    if report.more {
        return Err("there is more to exchange; sync again".to_owned());
    }
    Ok(())
}
